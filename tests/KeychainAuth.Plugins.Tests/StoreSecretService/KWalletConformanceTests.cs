using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

[SupportedOSPlatform("linux")]
public sealed class KWalletConformanceTests(KWalletFixture provider) : SecretStoreConformance, IClassFixture<KWalletFixture>
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
