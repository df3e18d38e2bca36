using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreCredman;

namespace KeychainAuth.Plugins.Tests.StoreCredman;

/// <summary>The store's logic on a Credential Manager in memory; the real one is tested under Wine and on Windows.</summary>
public abstract class FakeCredentialsConformance(bool keepsAttributes) : SecretStoreConformance
{
    private readonly FakeCredentials _credentials = new() { KeepsAttributes = keepsAttributes };

    protected override int? RefusedValueBytes => MaxValueBytes + 1;

    protected override bool BatchesAreAtomic => false;

    protected override ValueTask<ISecretStore> CreateAsync() =>
        ValueTask.FromResult<ISecretStore>(new CredmanStore(_credentials, new StoreLock(name: null), new CredmanSettings()));

    protected override ValueTask<string?> FingerprintAsync() => ValueTask.FromResult<string?>(_credentials.Fingerprint);
}
