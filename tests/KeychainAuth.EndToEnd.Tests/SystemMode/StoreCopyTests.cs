using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>The way from user mode: <c>store copy FROM system</c>.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoreCopyTests(RunningWorld running) : IClassFixture<RunningWorld>
{
    private readonly SystemWorld _world = running.World;

    [Fact]
    public async Task Copy_PersonTypesThePassword_ReadsBackInSystemModeAndDeletesTheSourceOnRequest()
    {
        await FillUsersKeyringAsync(SystemWorld.Alice, "demo", 120);
        CommandResult dry = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "store", "copy", "store-file", "system", "--dry-run");
        Assert.Contains("would copy 120", dry.Output, StringComparison.Ordinal);

        CommandResult copy = await _world.WithAgentAsync(SystemWorld.Alice, SystemWorld.AlicesPassword, "store", "copy", "store-file", "system");
        Assert.True(copy.ExitCode == 0, copy.ToString());
        Assert.Contains("copied and verified 120, there already 0, in conflict 0", copy.Output, StringComparison.Ordinal);
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo");
        await using RelayClient client = _world.Connect(SystemWorld.Alice, relay);
        Assert.Contains("\"value\":\"value 119\"", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["t119"]}"""), StringComparison.Ordinal);

        // What was changed there meanwhile is kept; what is the same may go from the source.
        await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["t7"],"values":["newer"]}""");
        CommandResult again = await _world.WithAgentAsync(SystemWorld.Alice, SystemWorld.AlicesPassword, "store", "copy", "store-file", "system", "--delete-source");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("copied and verified 0, there already 119, in conflict 1", again.Output, StringComparison.Ordinal);
        Assert.Contains("newer", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["t7"]}"""), StringComparison.Ordinal);
        using JsonDocument left = JsonDocument.Parse(await File.ReadAllTextAsync(KeyringOf(SystemWorld.Alice), TestContext.Current.CancellationToken));
        Assert.Contains("t7", left.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("t119", left.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(await _world.AuditOfAsync(SystemWorld.Alice), r => r.TryGetProperty("reason", out JsonElement reason) && reason.GetString() == "store_import");
    }

    [Fact]
    public async Task Copy_WithoutAuthentication_IsRefusedAndPutsNothingIn()
    {
        await FillUsersKeyringAsync(SystemWorld.Bob, "planted", 3);
        CommandResult result = await _world.RunAsync(SystemWorld.Bob, SystemWorld.Program, "store", "copy", "store-file", "system");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no authentication agent", result.Error, StringComparison.Ordinal);
        string relay = await _world.RegisterRelayAsync(SystemWorld.Bob, "--read", "planted");
        await using RelayClient client = _world.Connect(SystemWorld.Bob, relay);
        Assert.Equal("""{"type":"RESPONSE","status":"success"}""", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"planted","targets":["t1"]}"""));
        Assert.Contains(await _world.AuditOfAsync(SystemWorld.Bob), r => r.TryGetProperty("reason", out JsonElement reason) && reason.GetString() == "not_authorized");
    }

    private string KeyringOf(string user) => Path.Combine(_world.HomeOf(user), ".keychain-auth", "keyring.json");

    /// <summary>Writes secrets the way user mode does: through a daemon of the user's own.</summary>
    private async Task FillUsersKeyringAsync(string user, string service, int count)
    {
        string id = await _world.IdOfAsync(user);
        string home = _world.HomeOf(user);
        string socket = $"{home}/run/agent.sock";
        string relay = await _world.CompileAsync("relay");
        string[] asUser = ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "env", $"HOME={home}", $"KEYCHAIN_AUTH_SOCKET={socket}"];
        await using WorldProcess daemon = await _world.StartAsync(" listens on ", [.. asUser, SystemWorld.Program, "start", "--store", "store-file"]);
        await _world.OkAsync(SystemWorld.Root, asUser[0], [.. asUser[1..], SystemWorld.Program, "register", relay, "--write", service]);
        await using RelayClient client = _world.Connect(user, relay, socket);
        string targets = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i}\""));
        string values = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"value {i}\""));
        Assert.Equal(
            """{"type":"RESPONSE","status":"success"}""",
            await client.AskAsync($$"""{"type":"REQUEST","action":"write","attributes":{"kind":"test"},"service":"{{service}}","targets":[{{targets}}],"values":[{{values}}]}"""));
    }
}
