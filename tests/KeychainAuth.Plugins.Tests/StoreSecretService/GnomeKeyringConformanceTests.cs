using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

[SupportedOSPlatform("linux")]
public sealed class GnomeKeyringConformanceTests(GnomeKeyringFixture provider) : SecretStoreConformance, IClassFixture<GnomeKeyringFixture>
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
