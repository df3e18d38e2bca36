using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>A sealed store is a store, over one that has a limit, forgets, and cannot list its services.</summary>
public sealed class SealedFakeStoreConformanceTests : SecretStoreConformance
{
    private readonly SealedPlace _place = new();

    protected override bool IsDurable => false;

    // What the store below takes, less what sealing adds.
    protected override int? RefusedValueBytes => MaxValueBytes + 1;

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(
        _place.Open(inner: new FakeSecretStore { MaxValueBytes = MaxValueBytes + SealedValue.Overhead }));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _place.Dispose();
        GC.SuppressFinalize(this);
    }
}
