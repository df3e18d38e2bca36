using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

public sealed class LaunchTests : IDisposable
{
    private readonly CliHarness _cli = new();

    private string Daemon => Path.Combine(_cli.Program, "keychain-authd");

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("start")]
    [InlineData("plugins")]
    public void Launch_DaemonIsMissing_SaysWhereItBelongs(string command) =>
        Assert.Contains(_cli.Program, _cli.Fail(1, command), StringComparison.Ordinal);

    [Fact]
    public void Start_Socket_IsPassedOnAsAnAbsolutePath()
    {
        File.WriteAllText(Daemon, "");
        _cli.Fail(1, "start", "-s", "relative.sock");
        Assert.Equal(Daemon, _cli.Replaced!.Value.Path);
        Assert.Equal(["--socket", Path.GetFullPath("relative.sock")], _cli.Replaced.Value.Arguments);
        _cli.Fail(1, "start");
        Assert.Empty(_cli.Replaced.Value.Arguments);
        _cli.Fail(2, "start", "-s", "");
    }

    [Fact]
    public void Plugins_Json_AsksTheDaemonsProgram()
    {
        File.WriteAllText(Daemon, "");
        _cli.Fail(1, "plugins");
        Assert.Equal(["--explain-plugins"], _cli.Replaced!.Value.Arguments);
        _cli.Fail(1, "plugins", "--json");
        Assert.Equal(["--explain-plugins", "--json"], _cli.Replaced.Value.Arguments);
    }

    [Theory]
    [InlineData("key init", "key init")]
    [InlineData("key init --with-key tpm2", "key init --with-key tpm2")]
    [InlineData("key status", "key status")]
    [InlineData("key status --json", "key status --json")]
    [InlineData("key rotate --master --with-key none", "key rotate-master --with-key none")]
    [InlineData("key forget-previous", "key forget-previous")]
    [InlineData("key export /f", "key export /f")]
    [InlineData("key export /f --passphrase-fd 3", "key export /f --passphrase-fd 3")]
    [InlineData("key import /f --with-key host --passphrase-fd 0", "key import /f --passphrase-fd 0 --with-key host")]
    public void Key_AnyVerb_AsksTheDaemonsProgram(string typed, string passed)
    {
        File.WriteAllText(Daemon, "");
        _cli.Fail(1, typed.Split(' '));
        Assert.Equal(passed.Split(' '), _cli.Replaced!.Value.Arguments);
    }

    // A passphrase as an argument could be read by every program.
    [Theory]
    [InlineData("key")]
    [InlineData("key rotate --with-key tpm2")]
    [InlineData("key export")]
    [InlineData("key export /f secret")]
    [InlineData("key export /f --passphrase secret")]
    public void Key_Nonsense_IsRefused(string typed)
    {
        File.WriteAllText(Daemon, "");
        _cli.Fail(2, typed.Split(' '));
        Assert.Null(_cli.Replaced);
    }

    [Fact]
    public void Start_CodeLoadingVariables_AreDroppedAndNamed()
    {
        File.WriteAllText(Daemon, "");
        _cli.Environment["LD_PRELOAD"] = "/x.so";
        _cli.Environment["DOTNET_STARTUP_HOOKS"] = "/x.dll";
        _cli.Environment["HOME"] = "/h";
        CommandResult result = _cli.Run("start");
        Assert.StartsWith("keychain-auth: not passed on to the daemon, because it loads code: DOTNET_STARTUP_HOOKS, LD_PRELOAD.\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(["DOTNET_EnableDiagnostics=0", "DOTNET_GCgen0size=400000", "DOTNET_TieredPGO=0", "HOME=/h"], _cli.Replaced!.Value.Environment);
    }
}
