using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreKeychain;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

[Collection(StandInGroup.Name)]
public sealed class KeychainConformanceTests : SecretStoreConformance
{
    private readonly StandInLedger _ledger = new();

    protected override bool BatchesAreAtomic => false;

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(new KeychainStore(new Keychain(new KeychainSettings())));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _ledger.Close();
    }
}
