using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreKeychain;

namespace KeychainAuth.Plugins.Tests.MacOS;

/// <summary>The conformance suite on the real login keychain, under services that no other run uses.</summary>
[SupportedOSPlatform("macos")]
public abstract class RealKeychainConformance : SecretStoreConformance
{
    private readonly string _prefix = $"keychain-auth-test-{Guid.NewGuid():N}-";
    private readonly List<ServicePrefix> _stores = [];

    protected override bool BatchesAreAtomic => false;

    protected override ValueTask<ISecretStore> CreateAsync()
    {
        var store = new ServicePrefix(new KeychainStore(new Keychain(new KeychainSettings { MayPrompt = false })), _prefix);
        _stores.Add(store);
        return ValueTask.FromResult<ISecretStore>(store);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (ServicePrefix store in _stores)
        {
            await store.EmptyAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
