using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreKeychain;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

[Collection(StandInGroup.Name)]
public sealed class DataProtectionConformanceTests : SecretStoreConformance
{
    private readonly StandInLedger _ledger = new();

    public DataProtectionConformanceTests() => StandIn.Keychain(state: 7, entitled: 1);

    protected override bool BatchesAreAtomic => false;

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(
        new KeychainStore(new Keychain(new KeychainSettings { Kind = KeychainKind.DataProtection, AccessGroup = "TEAM123456.keychain-auth" })));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _ledger.Close();
    }
}
