using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Lifecycle;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>What the system daemon stores is sealed, its keys can be replaced while it serves, and without them nothing looks empty.</summary>
[SupportedOSPlatform("linux")]
public sealed class SealingTests : IAsyncLifetime
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";
    private const string Search = """{"type":"REQUEST","action":"search","service":"demo","targets":[]}""";

    private readonly SystemWorld _world = new();
    private string _relay = "";

    public async ValueTask InitializeAsync()
    {
        await _world.InitializeAsync();
        await _world.StartAsync();
        _relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo", "--search");
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Write_AnyValue_IsNowhereOnTheDiskNorLeftInMemory()
    {
        // A multiple of three bytes, so that its base64 form is the same wherever it begins a value.
        string canary = Guid.NewGuid().ToString("N")[..30];
        await WriteAsync(canary);
        Assert.Contains(canary, await AskAsync(Read), StringComparison.Ordinal);
        foreach (string form in (string[])[canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))])
        {
            Assert.Equal(1, (await _world.RunAsync(SystemWorld.Root, "grep", "-rqF", form, "/var/lib/keychain-auth", "/etc", "/run/credentials")).ExitCode);
        }

        Assert.Equal(0, (await _world.RunAsync(SystemWorld.Root, "grep", "-rqF", "demo:k", "/var/lib/keychain-auth")).ExitCode);

        // Another connection's answer comes after the first one's end has been dealt with.
        await using RelayClient other = _world.Connect(SystemWorld.Alice, _relay);
        Assert.Contains("\"k\"", await other.AskAsync(Search), StringComparison.Ordinal);
        foreach (byte[] form in (byte[][])[Encoding.UTF8.GetBytes(canary), Encoding.Unicode.GetBytes(canary), Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)))])
        {
            Assert.Empty(await ProcessMemory.FindLastingAsync(_world.Daemon!.Id, form, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Start_WithoutMasterKey_RefusesEveryRequestAndLosesNothing()
    {
        await WriteAsync("kept");
        await _world.StopDaemonAsync();
        const string Key = "/run/credentials/keychain-auth.service/keychain-auth.master-key";

        // As a unit would that names no credential.
        await _world.StartDaemonAsync("sh", "-c", $"rm {Key}; exec \"$@\"", "sh");
        await _world.Daemon!.WaitForAsync("every store is locked");
        foreach (string request in (string[])[Read, Search, WriteOf("other")])
        {
            Assert.Contains("store_locked", await AskAsync(request), StringComparison.Ordinal);
        }

        await _world.StopDaemonAsync();
        await _world.StartDaemonAsync("sh", "-c", $"head -c 32 /dev/urandom > {Key}.new; chown keychain-auth {Key}.new; chmod 400 {Key}.new; mv {Key}.new {Key}; exec \"$@\"", "sh");
        Assert.Contains("store_locked", await AskAsync(Read), StringComparison.Ordinal);

        await _world.StopDaemonAsync();
        await _world.StartDaemonAsync();
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyRotate_OwnKey_NeedsThePersonAndKeepsEveryValue()
    {
        await WriteAsync("kept");
        string before = await KeyIdAsync();
        CommandResult refused = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "key", "rotate");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(before, await KeyIdAsync());
        Assert.Equal(1, await CountRecordsAsync("not_authorized"));

        CommandResult done = await _world.WithAgentAsync(SystemWorld.Alice, SystemWorld.AlicesPassword, "key", "rotate");
        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Contains("1 values are sealed anew", done.Output, StringComparison.Ordinal);
        string after = await KeyIdAsync();
        Assert.NotEqual(before, after);
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);

        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "key", "rotate", "--user", SystemWorld.Alice);
        Assert.NotEqual(after, await KeyIdAsync());
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);
        Assert.Equal(2, await CountRecordsAsync("rotate_key"));
    }

    [Fact]
    public async Task KeyRotate_Master_IsTakenUpAtTheNextStart()
    {
        await WriteAsync("kept");
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "key", "rotate", "--master");
        Assert.Equal(1, (await _world.RunAsync(SystemWorld.Root, SystemWorld.Program, "key", "forget-previous")).ExitCode);
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);
        await RestartAsync();
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);

        // Wrapping anew goes on beside the first request.
        await Waiting.UntilAsync(async () => (await _world.RunAsync(SystemWorld.Root, SystemWorld.Program, "key", "forget-previous")).ExitCode == 0);
        await RestartAsync();
        Assert.Contains("kept", await AskAsync(Read), StringComparison.Ordinal);
        using JsonDocument status = JsonDocument.Parse(await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "key", "status", "--json"));
        string master = status.RootElement.GetProperty("master_key").GetProperty("id").GetString()!;
        JsonElement user = Assert.Single(status.RootElement.GetProperty("users").EnumerateArray());
        Assert.Equal([master], user.GetProperty("wrapped_by").EnumerateArray().Select(id => id.GetString()));
        Assert.False(status.RootElement.TryGetProperty("previous_master_key", out _));
    }

    [Fact]
    public async Task Key_OrdinaryUser_IsToldThatItIsRoots()
    {
        foreach (string[] command in (string[][])[["init"], ["status"], ["rotate", "--master"], ["forget-previous"], ["export", "/tmp/x"], ["import", "/tmp/x"]])
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, ["key", .. command]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("sudo", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_KeyringOfAnotherUserPutThere_IsRefused()
    {
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "register", _relay, "--user", SystemWorld.Bob, "--launch", "optional", "--read", "demo", "--write", "demo");
        await WriteAsync("alices");
        await using (RelayClient bob = _world.Connect(SystemWorld.Bob, _relay))
        {
            Assert.Equal(Success, await bob.AskAsync(WriteOf("bobs")));
        }

        await _world.StopDaemonAsync();
        string alices = await _world.StateOfAsync(SystemWorld.Alice);
        string bobs = await _world.StateOfAsync(SystemWorld.Bob);
        foreach (string file in (string[])["/plugins/store-file/keyring.json", "/keys.json"])
        {
            // First the values alone, then the keys with them.
            await _world.OkAsync(SystemWorld.Root, "cp", "-a", alices + file, bobs + file);
            await _world.StartDaemonAsync();
            await using (RelayClient bob = _world.Connect(SystemWorld.Bob, _relay))
            {
                string? answer = await bob.AskAsync(Read);
                Assert.Contains("error", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("alices", answer, StringComparison.Ordinal);
            }

            await _world.StopDaemonAsync();
        }
    }

    // kill -9 of the daemon while a client writes and root rotates the user's key.
    [Fact]
    public async Task Daemon_KilledWhileRotating_LosesNothingAcknowledged()
    {
        const int Kills = 12;
        int last = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int first = last + 1;
            await using RelayClient client = _world.Connect(SystemWorld.Alice, _relay);
            Assert.Equal(Success, await client.AskAsync(WriteOf($"{first}")));
            last = first;
            Task<CommandResult> rotating = _world.RunAsync(SystemWorld.Root, SystemWorld.Program, "key", "rotate", "--user", SystemWorld.Alice);
            for (int i = 0; i < kill; i++)
            {
                Assert.Equal(Success, await client.AskAsync(WriteOf($"{last + 1}")));
                last++;
            }

            await _world.OkAsync(SystemWorld.Root, "kill", "-KILL", _world.Daemon!.Id.ToString(CultureInfo.InvariantCulture));
            await _world.Daemon.ExitCodeAsync();
            await rotating;
            await _world.OkAsync(SystemWorld.Root, "rm", "-f", SystemWorld.Socket, SystemWorld.AdminSocket);
            await _world.StartDaemonAsync();
            Assert.Contains($"\"value\":\"{last}\"", await AskAsync(Read), StringComparison.Ordinal);
        }
    }

    private static string WriteOf(string value) =>
        $$"""{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["{{value}}"]}""";

    private async Task WriteAsync(string value) => Assert.Equal(Success, await AskAsync(WriteOf(value)));

    private async Task<string?> AskAsync(string request)
    {
        await using RelayClient client = _world.Connect(SystemWorld.Alice, _relay);
        return await client.AskAsync(request);
    }

    private async Task RestartAsync()
    {
        await _world.StopDaemonAsync();
        await _world.StartDaemonAsync();
    }

    private async Task<int> CountRecordsAsync(string reason) =>
        (await _world.AuditOfAsync(SystemWorld.Alice)).Count(r => r.TryGetProperty("reason", out JsonElement found) && found.GetString() == reason);

    private async Task<string> KeyIdAsync()
    {
        using JsonDocument keys = JsonDocument.Parse(await _world.OkAsync(SystemWorld.Root, "cat", await _world.StateOfAsync(SystemWorld.Alice) + "/keys.json"));
        return Assert.Single(keys.RootElement.GetProperty("keys").EnumerateArray()).GetProperty("id").GetString()!;
    }
}
