using FsCheck.Xunit;
using KeychainAuth.Daemon;

namespace KeychainAuth.Tests.Daemon;

public sealed class DaemonOptionsTests
{
    [Fact]
    public void Parse_Nothing_AllDefault() => Assert.Equal(new DaemonOptions(), DaemonOptions.Parse([]));

    [Fact]
    public void Parse_Everything_IsTaken() => Assert.Equal(
        new DaemonOptions { Socket = "/s", Transport = "t", Verifier = "v", Store = "x", ExplainPlugins = true, Json = true },
        DaemonOptions.Parse(["--json", "--socket", "/s", "--transport", "t", "--verifier", "v", "--store", "x", "--explain-plugins"]));

    [Fact]
    public void Parse_Questions_AreTaken()
    {
        Assert.True(DaemonOptions.Parse(["--self-test"]).SelfTest);
        Assert.Equal("/opt/tool", DaemonOptions.Parse(["--find-signer", "/opt/tool"]).FindSigner);
    }

    [Theory]
    [InlineData("--find-signer needs a value.", "--find-signer")]
    [InlineData("--socket needs a value.", "--socket")]
    [InlineData("--store needs a value.", "--json", "--store")]
    [InlineData("--store needs a value.", "--store", "")]
    [InlineData("Unknown argument '--what'.", "--what")]
    [InlineData("Unknown argument 'word'.", "word")]
    [InlineData("Unknown argument ''.", "")]
    [InlineData("Unknown argument '--Store'.", "--Store", "x")]
    [InlineData("Unknown argument '--store=x'.", "--store=x")]
    public void Parse_Nonsense_IsRefusedInWords(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => DaemonOptions.Parse(arguments)).Message);

    [Property]
    public bool Parse_AnyArguments_ThrowsNothingElse(string[] arguments)
    {
        try
        {
            return DaemonOptions.Parse([.. arguments.Select(a => a ?? "")]) is not null;
        }
        catch (FormatException)
        {
            return true;
        }
    }
}
