using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>The fake keeps the promises that tests above it rely on.</summary>
public sealed class FakeSecretStoreConformanceTests : SecretStoreConformance
{
    protected override bool IsDurable => false;

    protected override int? RefusedValueBytes => MaxValueBytes + 1;

    protected override ValueTask<ISecretStore> CreateAsync() =>
        ValueTask.FromResult<ISecretStore>(new FakeSecretStore { MaxValueBytes = MaxValueBytes });
}
