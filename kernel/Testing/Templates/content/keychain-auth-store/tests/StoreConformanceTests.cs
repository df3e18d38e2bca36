using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace TemplateStore.Tests;

public sealed class StoreConformanceTests : SecretStoreConformance
{
    private readonly string _home = Directory.CreateTempSubdirectory("template-store-").FullName;

    // Remove this once the store keeps what it is given.
    protected override bool IsDurable => false;

    protected override ValueTask<ISecretStore> CreateAsync() =>
        ValueTask.FromResult(new Plugin().Create(PluginContexts.Create("template-store", _home)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_home, recursive: true);
        GC.SuppressFinalize(this);
    }
}
