using System.Runtime.Versioning;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>The real GNOME Keyring, with an open login keyring.</summary>
[SupportedOSPlatform("linux")]
public sealed class GnomeKeyringFixture : ProviderFixture
{
    private protected override Task StartProviderAsync(PrivateBus bus) => bus.StartGnomeKeyringAsync();
}
