using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Daemon.Migration;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Migration;

public sealed class StoreCopierTests : IAsyncDisposable
{
    private const string Service = "demo";

    private readonly FakeSecretStore _source = new();
    private readonly FakeSecretStore _destination = new();
    private readonly List<AuditRecord> _audit = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CopyAsync_EmptyDestination_CopiesAllWithAttributesAndAudits()
    {
        string[] targets = [.. Enumerable.Range(0, 120).Select(i => $"item-{i:000}")];
        await WriteAsync(_source, targets, "value", new() { ["kind"] = "test" });
        int dealtWith = 0;
        StoreCopyReport report = await Copier().CopyAsync(Service, dryRun: false, count => dealtWith += count, Cancellation);

        Assert.Equal(targets, report.Copied);
        Assert.Empty(report.Conflicts);
        Assert.Equal(120, dealtWith);
        Assert.Equal(targets, _audit.SelectMany(record => record.Targets!));
        Assert.All(_audit, record => Assert.Equal("store_copy", record.Reason));
        IReadOnlyList<SecretDescriptor> there = await _destination.SearchAsync(Service, [], Cancellation);
        Assert.Equal(120, there.Count);
        Assert.All(there, item => Assert.Equal("test", item.Attributes["kind"]));
        Assert.Equal("value", await ReadAsync(_destination, "item-119"));
    }

    [Fact]
    public async Task CopyAsync_DryRun_WritesAndAuditsNothing()
    {
        await WriteAsync(_source, ["one"], "value");
        StoreCopyReport report = await Copier().CopyAsync(Service, dryRun: true, _ => { }, Cancellation);
        Assert.Equal(["one"], report.Copied);
        Assert.Empty(await _destination.SearchAsync(Service, [], Cancellation));
        Assert.Empty(_audit);
    }

    [Fact]
    public async Task CopyAsync_OtherValueThere_KeepsItAndReportsTheConflict()
    {
        await WriteAsync(_source, ["differs", "same", "new"], "value");
        await WriteAsync(_destination, ["differs"], "other");
        await WriteAsync(_destination, ["same"], "value");
        StoreCopyReport report = await Copier().CopyAsync(Service, dryRun: false, _ => { }, Cancellation);
        Assert.Equal(["differs"], report.Conflicts);
        Assert.Equal(["same"], report.AlreadyThere);
        Assert.Equal(["new"], report.Copied);
        Assert.Equal("other", await ReadAsync(_destination, "differs"));
    }

    [Fact]
    public async Task CopyAsync_SameValueOtherAttributes_IsAConflict()
    {
        await WriteAsync(_source, ["one"], "value", new() { ["kind"] = "token" });
        await WriteAsync(_destination, ["one"], "value");
        StoreCopyReport report = await Copier().CopyAsync(Service, dryRun: false, _ => { }, Cancellation);
        Assert.Equal(["one"], report.Conflicts);
    }

    [Fact]
    public async Task CopyAsync_DestinationRefuses_SourceStaysAsItWas()
    {
        await WriteAsync(_source, ["one"], "value");
        _destination.MaxValueBytes = 2;
        StoreException failure = await Assert.ThrowsAsync<StoreException>(
            () => Copier().CopyAsync(Service, dryRun: false, _ => { }, Cancellation));
        Assert.Equal(StoreError.TooLarge, failure.Error);
        Assert.Equal("value", await ReadAsync(_source, "one"));
    }

    [Fact]
    public async Task CopyAsync_AuditCannotBeWritten_WritesNothing()
    {
        await WriteAsync(_source, ["one"], "value");
        var copier = new StoreCopier(_source, _destination, _ => throw new AuditException("full", new IOException()), "a to b");
        await Assert.ThrowsAsync<AuditException>(() => copier.CopyAsync(Service, dryRun: false, _ => { }, Cancellation));
        Assert.Empty(await _destination.SearchAsync(Service, [], Cancellation));
    }

    [Fact]
    public async Task CopyAsync_DestinationChangesTheValue_IsFoundOut()
    {
        await WriteAsync(_source, ["one"], "value");
        var copier = new StoreCopier(_source, new SpoilingStore(_destination), _audit.Add, "a to b");
        StoreException failure = await Assert.ThrowsAsync<StoreException>(
            () => copier.CopyAsync(Service, dryRun: false, _ => { }, Cancellation));
        Assert.Equal(StoreError.Corrupt, failure.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _destination.DisposeAsync();
    }

    private StoreCopier Copier() => new(_source, _destination, _audit.Add, "a to b");

    private static async Task WriteAsync(FakeSecretStore store, string[] targets, string value, Dictionary<string, string>? attributes = null)
    {
        Secret[] secrets = [.. targets.Select(target => new Secret(target, new SecretBuffer(Encoding.UTF8.GetBytes(value)), attributes))];
        await store.WriteAsync(Service, secrets, Cancellation);
    }

    private static async Task<string> ReadAsync(FakeSecretStore store, string target)
    {
        Secret secret = Assert.Single(await store.ReadAsync(Service, [target], Cancellation));
        return Encoding.UTF8.GetString(secret.Value.Span);
    }
}
