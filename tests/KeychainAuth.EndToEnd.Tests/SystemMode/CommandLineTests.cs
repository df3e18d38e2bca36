using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>The command line finds the system daemon by itself, and says which mode it talks to.</summary>
[SupportedOSPlatform("linux")]
public sealed class CommandLineTests(RunningWorld running) : IClassFixture<RunningWorld>
{
    private readonly SystemWorld _world = running.World;

    [Fact]
    public async Task Status_SystemDaemonIsInstalled_SaysSystemMode()
    {
        JsonElement status = JsonDocument.Parse(await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "status", "--json")).RootElement;
        Assert.Equal("system", status.GetProperty("mode").GetString());
        Assert.True(status.GetProperty("daemon_running").GetBoolean());
        Assert.Equal(SystemWorld.Socket, status.GetProperty("socket_path").GetString());
        Assert.Equal(_world.Daemon!.Id, status.GetProperty("pid").GetInt32());
        Assert.Equal(await _world.StateOfAsync(SystemWorld.Alice) + "/config.json", status.GetProperty("config_path").GetString());
    }

    [Fact]
    public async Task Status_OwnSocketIsNamed_SaysUserMode()
    {
        string own = Path.Combine(_world.HomeOf(SystemWorld.Alice), "run", "agent.sock");
        foreach (string[] command in (string[][])[[SystemWorld.Program, "status", "--socket", own], ["env", $"KEYCHAIN_AUTH_SOCKET={own}", SystemWorld.Program, "status"]])
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Alice, command[0], command[1..]);
            Assert.Equal(3, result.ExitCode);
            Assert.Contains("mode: user", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Commands_OwnSocketIsNamed_UseTheUsersOwnFiles()
    {
        string relay = await _world.CompileAsync("relay");
        string own = Path.Combine(_world.HomeOf(SystemWorld.Alice), "run", "agent.sock");
        await _world.OkAsync(SystemWorld.Alice, "env", $"KEYCHAIN_AUTH_SOCKET={own}", SystemWorld.Program, "register", relay);
        Assert.DoesNotContain(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
        Assert.Contains(relay, await _world.OkAsync(SystemWorld.Alice, "cat", _world.HomeOf(SystemWorld.Alice) + "/.config/keychain-auth/config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_SystemMode_FindsNothingToMend()
    {
        string report = await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "doctor");
        Assert.Contains("system", report, StringComparison.Ordinal);
        Assert.DoesNotContain("bad ", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuditFollow_SystemMode_ShowsWhatIsWrittenMeanwhile()
    {
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo");
        string id = await _world.IdOfAsync(SystemWorld.Alice);
        await using RelayClient client = _world.Connect(SystemWorld.Alice, relay);
        await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["before"]}""");
        await using WorldProcess follow = await _world.StartAsync(
            "[before]", "setpriv", "--reuid", id, "--regid", id, "--clear-groups", SystemWorld.Program, "audit", "--follow");
        await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["after"]}""");
        await follow.WaitForAsync("[after]");
        Assert.Contains("[after]", await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "audit", "-n", "3"), StringComparison.Ordinal);
    }

    // A socket that anybody could have put there is not talked to.
    [Fact]
    public async Task Commands_SocketDirectoryOfSomebodyElse_AreRefused()
    {
        await _world.OkAsync(SystemWorld.Root, "chown", "bob", "/run/keychain-auth");
        try
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "list");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("only root and 'keychain-auth' can write", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            await _world.OkAsync(SystemWorld.Root, "chown", "keychain-auth", "/run/keychain-auth");
        }
    }
}
