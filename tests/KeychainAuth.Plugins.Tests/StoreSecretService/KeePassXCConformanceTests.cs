using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

[SupportedOSPlatform("linux")]
public sealed class KeePassXCConformanceTests(KeePassXCFixture provider) : SecretStoreConformance, IClassFixture<KeePassXCFixture>
{
    private bool _cleared;

    protected override bool BatchesAreAtomic => false;

    protected override async ValueTask<ISecretStore> CreateAsync()
    {
        if (!_cleared)
        {
            _cleared = true;
            await provider.ClearAsync();
        }

        return provider.Open();
    }
}
