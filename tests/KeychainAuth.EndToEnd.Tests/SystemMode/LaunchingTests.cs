using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>Launching as a person does it: exec and shims, what is said when something is missing, and what the log tells.</summary>
[SupportedOSPlatform("linux")]
public sealed class LaunchingTests(RunningWorld running) : IClassFixture<RunningWorld>
{
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["nothing"]}""";
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    private readonly SystemWorld _world = running.World;

    [Fact]
    public async Task Register_Program_IsServedWhenLaunchedAndOnlyThen()
    {
        string relay = await RelayAsync("--read", "demo");
        await using (RelayClient plain = _world.Connect(SystemWorld.Alice, relay))
        {
            string? said = await plain.ReadLineAsync();
            Assert.Contains("\"reason\":\"launch_required\"", said, StringComparison.Ordinal);
            Assert.Contains($"keychain-auth exec -- {relay}", said, StringComparison.Ordinal);
        }

        CommandResult result = await AskAsync(SystemWorld.Program, "exec", "--", relay, SystemWorld.Socket);
        Assert.Equal(Success, result.Output.Trim());
        IReadOnlyList<JsonElement> log = await _world.AuditOfAsync(SystemWorld.Alice);
        Assert.Contains(log, r => Is(r, "launch", "GRANTED") && r.GetProperty("binary_path").GetString() == relay);
        Assert.Contains(log, r => Is(r, "connect", "DENIED") && r.GetProperty("reason").GetString() == "launch_required");
        Assert.Contains("\"same_user_isolation\": ", await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "status", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_Stranger_WaitsForApprovalAndIsServedAfterIt()
    {
        string relay = await _world.CompileAsync("relay");
        CommandResult refused = await AskAsync(SystemWorld.Program, "exec", "--", relay, SystemWorld.Socket);
        Assert.Equal((126, ""), (refused.ExitCode, refused.Output));
        Assert.Contains($"{relay} waits for approval", refused.Error, StringComparison.Ordinal);
        JsonElement waiting = JsonDocument.Parse(await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list-pending", "--json")).RootElement
            .EnumerateArray().Single(e => e.GetProperty("path").GetString() == relay);
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "approve", waiting.GetProperty("hash").GetString()!, relay, "--user", SystemWorld.Alice);
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "allow", relay, "--user", SystemWorld.Alice, "--read", "demo");
        Assert.Equal(Success, (await AskAsync(SystemWorld.Program, "exec", "--", relay, SystemWorld.Socket)).Output.Trim());

        // Approved for Alice says nothing about Bob.
        Assert.Equal(126, (await _world.RunAsync(SystemWorld.Bob, SystemWorld.Program, "exec", "--", relay, SystemWorld.Socket)).ExitCode);
    }

    [Fact]
    public async Task Shim_FirstOnPath_LaunchesByTheUsualName()
    {
        string relay = await RelayAsync("--read", "demo");
        string name = Path.GetFileName(relay);
        string shims = Path.Combine(_world.HomeOf(SystemWorld.Alice), "shims");
        await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "shim", "add", relay, "--directory", shims);
        CommandResult result = await AskAsync("env", $"PATH={shims}:/usr/bin:/bin", name, SystemWorld.Socket);
        Assert.Equal(Success, result.Output.Trim());
        Assert.Contains(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "shim", "list", "--directory", shims), StringComparison.Ordinal);
        await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "shim", "remove", name, "--directory", shims);
        Assert.Empty(Directory.EnumerateFiles(shims));
    }

    [Fact]
    public async Task Revoke_LaunchedProgram_IsNoLongerServed()
    {
        string relay = await RelayAsync("--read", "demo");
        string launcher = SystemWorld.Tree + "/keychain-auth-launch";
        await using RelayClient client = _world.ConnectThrough(SystemWorld.Alice, launcher, relay);
        Assert.Equal(Success, await client.AskAsync(Read));
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "revoke", relay, "--user", SystemWorld.Alice);
        Assert.Contains("unregistered", await client.AskAsync(Read), StringComparison.Ordinal);
    }

    private async Task<string> RelayAsync(params string[] grants)
    {
        string relay = await _world.CompileAsync("relay");
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, ["register", relay, "--user", SystemWorld.Alice, .. grants]);
        return relay;
    }

    private Task<CommandResult> AskAsync(params string[] command) =>
        _world.RunAsync(SystemWorld.Alice, "sh", ["-c", "printf '%s\\n' \"$0\" | \"$@\"", Read, .. command]);

    private static bool Is(JsonElement record, string action, string result) =>
        record.GetProperty("action").GetString() == action && record.GetProperty("result").GetString() == result;
}
