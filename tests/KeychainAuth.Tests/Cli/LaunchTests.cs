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

    [Fact]
    public void Start_CodeLoadingVariables_AreDroppedAndNamed()
    {
        File.WriteAllText(Daemon, "");
        _cli.Environment["LD_PRELOAD"] = "/x.so";
        _cli.Environment["DOTNET_STARTUP_HOOKS"] = "/x.dll";
        _cli.Environment["HOME"] = "/h";
        CommandResult result = _cli.Run("start");
        Assert.StartsWith("keychain-auth: not passed on to the daemon, because it loads code: DOTNET_STARTUP_HOOKS, LD_PRELOAD.\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(["DOTNET_EnableDiagnostics=0", "DOTNET_TieredPGO=0", "HOME=/h"], _cli.Replaced!.Value.Environment);
    }
}
