using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace Acme.Store.Tests;

public sealed class AcmeStoreConformanceTests : SecretStoreConformance
{
    private readonly string _home = Directory.CreateTempSubdirectory("acme-store-").FullName;

    protected override bool IsDurable => false;

    protected override ValueTask<ISecretStore> CreateAsync() =>
        ValueTask.FromResult(new AcmeStorePlugin().Create(PluginContexts.Create("acme-store", _home)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_home, recursive: true);
        GC.SuppressFinalize(this);
    }
}
