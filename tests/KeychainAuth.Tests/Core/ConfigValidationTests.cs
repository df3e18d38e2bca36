using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

[SupportedOSPlatform("linux")]
public sealed class ConfigValidationTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Path => _directory.Combine("config.json");

    public void Dispose() => _directory.Dispose();

    // Which of the two would count? What is taken from one could remain in the other.
    [Fact]
    public void Read_SameProgramTwice_Refuses()
    {
        string entry = $$"""{"path":"/bin/a","hash":"{{Hashes.Of('a')}}"}""";
        File.WriteAllText(Path, $$"""{"registered_binaries":[{{entry}},{{entry}}]}""");
        DocumentException refusal = Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Read());
        Assert.Contains("registered_binaries[1]: /bin/a is there twice", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\\nb")]
    [InlineData("a\\u0000b")]
    public void Read_SignerThatIsNoLine_Refuses(string signer)
    {
        File.WriteAllText(Path, $$"""{"registered_binaries":[{"path":"/bin/a","hash":"{{Hashes.Of('a')}}","signer":"{{signer}}"}]}""");
        DocumentException refusal = Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Read());
        Assert.Contains("registered_binaries[0]: signer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameHashElsewhere_IsFine()
    {
        File.WriteAllText(Path, $$"""{"registered_binaries":[{"path":"/bin/a","hash":"{{Hashes.Of('a')}}"},{"path":"/bin/b","hash":"{{Hashes.Of('a')}}"}]}""");
        Assert.Equal(2, ConfigFile.At(Path).Read().RegisteredBinaries.Count);
    }

    [Fact]
    public void Update_UnknownPropertyOfACodeFile_SurvivesTheRewrite()
    {
        File.WriteAllText(Path, $$"""{"registered_binaries":[{"path":"/bin/a","hash":"{{Hashes.Of('a')}}","files":[{"path":"/lib/b","hash":"{{Hashes.Of('b')}}","note":"mine"}]}]}""");
        Assert.True(ConfigFile.At(Path).Update(c => c.RegisteredBinaries[0].CanSearch = true));
        using JsonDocument written = JsonDocument.Parse(File.ReadAllText(Path));
        Assert.Equal("mine", written.RootElement.GetProperty("registered_binaries")[0].GetProperty("files")[0].GetProperty("note").GetString());
    }
}
