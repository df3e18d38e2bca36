using System.Runtime.Versioning;
using System.Xml.Linq;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.MacOS;

/// <summary>packaging/launchd/install with a launchctl that only writes down what it was told.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
public sealed class LaunchdAgentTests : IDisposable
{
    private static readonly string Install = Path.Combine(RepositoryPaths.Root, "packaging", "launchd", "install");

    private readonly TestDirectory _directory = new();

    public LaunchdAgentTests()
    {
        AddProgram(Path.Combine(_directory.Path, "bin", "launchctl"), "#!/bin/sh\necho \"$@\" >> \"$HOME/launchctl.log\"\n");
        AddProgram(Path.Combine(Prefix, "keychain-auth"), "");
        AddProgram(Path.Combine(Prefix, "keychain-authd"), "");
        Directory.CreateDirectory(Home);
    }

    private string Prefix => Path.Combine(_directory.Path, "lib");

    private string Home => Path.Combine(_directory.Path, "home of somebody");

    private string Plist => Path.Combine(Home, "Library", "LaunchAgents", "org.keychain-auth.agent.plist");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Install_GoodPlace_WritesAnAgentThatHoldsTheSocketAndKeepsTheDaemonAlive()
    {
        CommandResult result = await RunAsync(Prefix);
        Assert.True(result.ExitCode == 0, result.ToString());
        Dictionary<string, XElement> agent = Entries(XDocument.Load(Plist).Root!.Element("dict")!);
        Assert.Equal([Path.Combine(Prefix, "keychain-auth"), "start"], agent["ProgramArguments"].Elements().Select(element => element.Value));
        Assert.Equal("true", agent["KeepAlive"].Name.LocalName);
        Assert.Equal("true", agent["RunAtLoad"].Name.LocalName);
        Assert.Equal("63", agent["Umask"].Value);
        Assert.Equal("0", Entries(agent["EnvironmentVariables"])["DOTNET_EnableDiagnostics"].Value);
        Assert.Equal("0", Entries(agent["HardResourceLimits"])["Core"].Value);

        // The name that the transport asks launchd for, and the place and mode that it demands.
        Dictionary<string, XElement> socket = Entries(Entries(agent["Sockets"])["Listener"]);
        Assert.Equal("stream", socket["SockType"].Value);
        Assert.Equal(Path.Combine(Home, "Library/Application Support/keychain-auth/agent.sock"), socket["SockPathName"].Value);
        Assert.Equal(Convert.ToInt32("600", 8).ToString(System.Globalization.CultureInfo.InvariantCulture), socket["SockPathMode"].Value);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(Home, "Library/Application Support/keychain-auth")));
        Assert.Contains("bootstrap gui/", await File.ReadAllTextAsync(Path.Combine(Home, "launchctl.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_Remove_LeavesNoAgent()
    {
        await RunAsync(Prefix);
        Assert.Equal(0, (await RunAsync("--remove")).ExitCode);
        Assert.False(File.Exists(Plist));
    }

    [Theory]
    [InlineData("lib")]
    [InlineData("/nowhere")]
    public async Task Install_PlaceThatIsNone_RefusedWithoutAnAgent(string prefix)
    {
        CommandResult result = await RunAsync(prefix);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("install: ", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Plist));
    }

    [Fact]
    public void Entitlements_OfARelease_OpenTheCompilerAndNothingElse() => Assert.Equal(
        ["com.apple.security.cs.allow-jit"],
        Entries(XDocument.Load(Path.Combine(RepositoryPaths.Root, "packaging", "macos", "keychain-authd.entitlements")).Root!.Element("dict")!).Keys);

    private Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(
        Install,
        arguments,
        new Dictionary<string, string> { ["HOME"] = Home, ["PATH"] = $"{_directory.Path}/bin:/usr/bin:/bin" });

    private static void AddProgram(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static Dictionary<string, XElement> Entries(XElement dictionary) => dictionary.Elements("key").ToDictionary(
        key => key.Value, key => key.ElementsAfterSelf().First());
}
