using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>How the system daemon starts, is started, and goes on.</summary>
[SupportedOSPlatform("linux")]
public sealed class DaemonTests : IAsyncLifetime
{
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";
    private const string Write = """{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["kept"]}""";

    private readonly SystemWorld _world = new();

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "service", "install", "--system");
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Start_AsRoot_IsRefused()
    {
        CommandResult result = await _world.RunAsync(
            SystemWorld.Root, "env", "DOTNET_EnableDiagnostics=0", SystemWorld.Tree + "/keychain-authd", "--system");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not run as root", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Twice_IsRefused()
    {
        await _world.StartDaemonAsync();
        CommandResult result = await _world.RunAsync(SystemWorld.Root, SystemWorld.DaemonCommand()[0], SystemWorld.DaemonCommand()[1..]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Another system daemon is running", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chmod o+w /etc/keychain-auth", "/etc/keychain-auth")]
    [InlineData("chown alice /etc/keychain-auth", "/etc/keychain-auth")]
    [InlineData("echo '{' > /etc/keychain-auth/config.json; chmod 644 /etc/keychain-auth/config.json", "cannot be parsed")]
    [InlineData("chmod 777 /run/keychain-auth", "/run/keychain-auth")]
    [InlineData("chown alice /run/keychain-auth", "/run/keychain-auth")]
    [InlineData("chown alice /var/lib/keychain-auth", "/var/lib/keychain-auth")]
    public async Task Start_UnsafePlace_IsRefused(string spoil, string named)
    {
        await _world.OkAsync(SystemWorld.Root, "sh", "-c", spoil);
        CommandResult result = await _world.RunAsync(SystemWorld.Root, SystemWorld.DaemonCommand()[0], SystemWorld.DaemonCommand()[1..]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
    }

    // What the unit does to the daemon's view of the file system, as far as mounts can do it here.
    [Fact]
    public async Task Start_WithTheUnitsReadOnlyView_ServesProgramsInHomesAndElsewhere()
    {
        await _world.StartDaemonAsync(
            "unshare", "--mount", "--propagation", "slave", "sh", "-c",
            $"mount -o remount,bind,ro / && mount --bind -o ro {_world.Work} {_world.Work} && mount -t proc -o hidepid=invisible proc /proc && exec \"$@\"", "sh");
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo");
        await using RelayClient client = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("success", await client.AskAsync(Write), StringComparison.Ordinal);
        Assert.Contains("kept", await client.AskAsync(Read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_SecretsAndPolicy_AreKept()
    {
        await _world.StartDaemonAsync();
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo");
        await using (RelayClient client = _world.Connect(SystemWorld.Alice, relay))
        {
            Assert.Contains("success", await client.AskAsync(Write), StringComparison.Ordinal);
        }

        Assert.Equal(0, await _world.StopDaemonAsync());
        await _world.StartDaemonAsync();
        await using RelayClient again = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("kept", await again.AskAsync(Read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_RemovedByRoot_IsBoundAnewAndOpenConnectionsGoOn()
    {
        await _world.StartDaemonAsync();
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo");
        await using RelayClient before = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("success", await before.AskAsync(Write), StringComparison.Ordinal);
        await _world.OkAsync(SystemWorld.Root, "rm", SystemWorld.Socket);
        await _world.Daemon!.WaitForAsync("it is there again");
        Assert.Contains("kept", await before.AskAsync(Read), StringComparison.Ordinal);
        await using RelayClient after = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("kept", await after.AskAsync(Read), StringComparison.Ordinal);
    }

    // What the unit grants the daemon is not for the program by which it asks polkit.
    [Fact]
    public async Task Pkcheck_RunByTheDaemon_HasNoCapabilitiesAndAnEmptyEnvironment()
    {
        string seen = Path.Combine(_world.Work, "seen");
        await File.WriteAllTextAsync(seen, "", TestContext.Current.CancellationToken);
        string pretender = ProgramFile.Write(
            Path.Combine(_world.Work, "pkcheck"), $"#!/bin/sh\ngrep Cap /proc/self/status > {seen}\nenv >> {seen}\necho \"$@\" >> {seen}\nexit 1\n");
        await _world.OkAsync(SystemWorld.Root, "sh", "-c", $"chmod 666 {seen}; mount --bind {pretender} /usr/bin/pkcheck");
        await _world.StartDaemonAsync();
        string relay = await _world.CompileAsync("relay");
        CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "register", relay, "--read", "demo");
        Assert.Equal(1, result.ExitCode);
        string[] lines = await File.ReadAllLinesAsync(seen, TestContext.Current.CancellationToken);
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
        {
            Assert.Contains(lines, line => line.StartsWith(set, StringComparison.Ordinal) && (set == "CapInh" || line.EndsWith("0000000000000000", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(lines, line => line.StartsWith("DOTNET_", StringComparison.Ordinal) || line.StartsWith("HOME=", StringComparison.Ordinal));
        string uid = await _world.IdOfAsync(SystemWorld.Alice);
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, $"^--action-id org.keychain-auth.change-own-policy --process [0-9]+,[0-9]+,{uid} --allow-user-interaction --detail change "));
    }

    [Fact]
    public async Task Activation_BothSocketsPassed_AreUsed()
    {
        string[] activate =
        [
            "systemd-socket-activate", "--fdname=keychain-auth:keychain-auth", "-l", SystemWorld.Socket, "-l", SystemWorld.AdminSocket,
        ];
        await _world.HandOverKeysAsync();

        // env -i would take LISTEN_FDS away.
        string[] daemon = [.. SystemWorld.DaemonCommand().Where(part => part is not ("env" or "-i" or SystemWorld.Credentials) && !part.StartsWith("DOTNET_", StringComparison.Ordinal))];
        await using WorldProcess listening = await _world.StartAsync("Listening on /run/keychain-auth/admin.sock", ["env", "DOTNET_EnableDiagnostics=0", SystemWorld.Credentials, .. activate, "-E", "DOTNET_EnableDiagnostics", "-E", "CREDENTIALS_DIRECTORY", .. daemon]);

        // As SocketMode= of the unit does.
        await _world.OkAsync(SystemWorld.Root, "chmod", "666", SystemWorld.Socket, SystemWorld.AdminSocket);
        Assert.Contains("mode: system", await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "status"), StringComparison.Ordinal);
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo");
        await using RelayClient client = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("success", await client.AskAsync(Read), StringComparison.Ordinal);
        await listening.WaitForAsync("listens on /run/keychain-auth/agent.sock");
    }

    // The socket is there and nobody answers: not a reason to go on with the user's own files.
    [Fact]
    public async Task Commands_InstalledAndNotRunning_SayHowToStartIt()
    {
        await _world.StartDaemonAsync();
        await _world.OkAsync(SystemWorld.Root, "kill", "-KILL", $"{_world.Daemon!.Id}");
        await _world.Daemon.ExitCodeAsync();
        foreach (string command in (string[])["status", "list"])
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, command);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("systemctl status keychain-auth", result.Error, StringComparison.Ordinal);
        }
    }
}
