using FsCheck.Xunit;
using KeychainAuth.Daemon.Keys;

namespace KeychainAuth.Tests.Daemon.Keys;

public sealed class KeyCommandOptionsTests
{
    [Fact]
    public void Parse_Everything_IsTaken() => Assert.Equal(
        new KeyCommandOptions { Verb = "import", File = "/tmp/x", PassphraseDescriptor = 3, WithKey = "tpm2" },
        KeyCommandOptions.Parse(["import", "/tmp/x", "--with-key", "tpm2", "--passphrase-fd", "3"]));

    [Theory]
    [InlineData]
    [InlineData("what")]
    [InlineData("export")]
    [InlineData("export", "")]
    [InlineData("export", "--passphrase-fd", "3")]
    [InlineData("export", "file", "--passphrase-fd")]
    [InlineData("export", "file", "--passphrase-fd", "-1")]
    [InlineData("export", "file", "--passphrase-fd", "word")]
    [InlineData("export", "file", "--passphrase", "secret")]
    [InlineData("export", "file", "other")]
    [InlineData("init", "--with-key", "rot13")]
    [InlineData("init", "--json")]
    [InlineData("status", "--with-key", "tpm2")]
    public void Parse_Nonsense_IsRefused(params string[] arguments) =>
        Assert.Throws<FormatException>(() => KeyCommandOptions.Parse(arguments));

    [Property]
    public bool Parse_AnyArguments_ThrowsNothingElse(string[] arguments)
    {
        try
        {
            return KeyCommandOptions.Parse([.. arguments.Select(a => a ?? "")]) is not null;
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
