using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Corpus;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>
/// A daemon whose store fails on request, and a bystander: a client connected from the start, who must be served
/// whatever is refused to others.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class RefusalDaemon : IAsyncLifetime
{
    private const string Read = """{"type":"REQUEST","action":"read","service":"calm","targets":["k"]}""";

    private RelayClient? _bystander;

    public TestDaemon Daemon { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Daemon = await TestDaemon.CreateAsync();
        try
        {
            await TestPluginDirectory.InstallAsync(
                Daemon, "test-failing-store", ", \"limits\": {\"store_timeout_seconds\": 1, \"max_connections_per_binary\": 3}");
            await Daemon.StartProcessAsync();
            _bystander = await Daemon.ConnectRegisteredAsync("--read", "calm", "--write", "calm");
            Assert.Equal(Wire.Success, await _bystander.AskAsync(Wire.AskIn("calm", "write", ""","targets":["k"],"values":["calm"]""")));
        }
        catch
        {
            await Daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bystander's connection has outlived it all and is served.</summary>
    public async Task AssertBystanderServedAsync() => Assert.Equal(Wire.Item("k", "calm"), await _bystander!.AskAsync(Read));

    /// <summary>The one record with a reason that a process has caused.</summary>
    internal JsonElement AssertAudited(int processId, string action, string result, string reason, string? path = null)
    {
        JsonElement record = Assert.Single(Daemon.AuditRecords(reason), r => r.GetProperty("pid").GetInt32() == processId);
        Assert.Equal((action, result), (record.GetProperty("action").GetString(), record.GetProperty("result").GetString()));
        Assert.Equal(path, record.TryGetProperty("binary_path", out JsonElement recorded) ? recorded.GetString() : null);
        return record;
    }

    /// <summary>The refusal closes the connection, is audited once, and touches nobody else.</summary>
    internal async Task AssertClosedAsync(Speaker client, string result, string reason)
    {
        Assert.Null(await client.ReceiveAsync());
        AssertAudited(client.ProcessId, "connect", result, reason, client.Executable);
        await AssertBystanderServedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_bystander is not null)
        {
            await _bystander.DisposeAsync();
        }

        await Daemon.DisposeAsync();
    }
}
