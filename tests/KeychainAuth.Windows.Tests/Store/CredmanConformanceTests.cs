using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreCredman;

namespace KeychainAuth.Windows.Tests.Store;

public sealed class CredmanConformanceTests : SecretStoreConformance
{
    private readonly PrefixedCredentials _credentials = new($"keychain-auth-test-{Guid.NewGuid():N}.");

    // What the default allows is tested in memory; here each 2,560 bytes are a call to another process.
    protected override int MaxValueBytes => 64 * 1024;

    protected override int? RefusedValueBytes => MaxValueBytes + 1;

    protected override bool BatchesAreAtomic => false;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _credentials.DeleteAll();
        GC.SuppressFinalize(this);
    }

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(
        new CredmanStore(_credentials, new StoreLock(name: null), new CredmanSettings { MaxValueBytes = MaxValueBytes }));

    protected override ValueTask<string?> FingerprintAsync() => ValueTask.FromResult<string?>(
        string.Join('\n', _credentials.Enumerate("", withBlobs: true).Select(c => $"{c.Name} {c.UserName} {Convert.ToHexString(c.Blob.Span)}")));
}
