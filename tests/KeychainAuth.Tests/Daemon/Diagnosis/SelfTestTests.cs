using System.Text.Json;
using KeychainAuth.Daemon.Diagnosis;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Diagnosis;

/// <summary>The store's half. The transport's and the verifier's are tried on real ones, end to end.</summary>
public sealed class SelfTestTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    private SelfTestFinding[] Findings =>
        [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<SelfTestFinding>(line)!)];

    private Task<bool> TryAsync(ISecretStore store) =>
        new SelfTest(_output, TimeProvider.System).TryStoreAsync("fake", _ => Task.FromResult(store));

    [Fact]
    public async Task TryStoreAsync_GoodStore_IsGoodAndLeavesNothing()
    {
        var store = new FakeSecretStore();
        Assert.True(await TryAsync(store));
        Assert.Equal(["store write", "store read", "store delete", "store empty"], Findings.Select(finding => finding.Name));
        Assert.All(Findings, finding => Assert.Equal(SelfTestFinding.Good, finding.State));
    }

    [Fact]
    public async Task TryStoreAsync_StoreIsLocked_SaysWhatTheStoreSays()
    {
        var store = new FakeSecretStore();
        store.FailWith(new StoreException(StoreError.Locked, "It is locked: unlock it."));
        Assert.False(await TryAsync(store));
        Assert.Equal(new SelfTestFinding("store", SelfTestFinding.Bad, "It is locked: unlock it."), Findings[^1]);
    }

    [Fact]
    public async Task TryStoreAsync_StoreCannotBeOpened_SaysWhy()
    {
        var test = new SelfTest(_output, TimeProvider.System);
        Assert.False(await test.TryStoreAsync("fake", _ => throw new IOException("It is not there.")));
        Assert.Equal("It is not there.", Assert.Single(Findings).Message);
    }
}
