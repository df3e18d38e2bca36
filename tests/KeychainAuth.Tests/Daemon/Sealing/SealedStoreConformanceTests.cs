using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>A sealed store is a store, over one that outlives its daemon and can list its services.</summary>
public sealed class SealedStoreConformanceTests : SecretStoreConformance
{
    private readonly SealedPlace _place = new();

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(_place.Open());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _place.Dispose();
        GC.SuppressFinalize(this);
    }
}
