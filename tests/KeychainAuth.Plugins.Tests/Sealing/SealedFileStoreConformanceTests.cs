using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Plugins.Tests.Sealing;

/// <summary>The file keyring, sealed, is a store.</summary>
[SupportedOSPlatform("linux")]
public sealed class SealedFileStoreConformanceTests : SecretStoreConformance
{
    private readonly SealedHome _home = new();

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult<ISecretStore>(_home.Open());

    // The lock file comes with the first look at whether there is anything to maintain, and is not what is stored.
    protected override ValueTask<string?> FingerprintAsync() => ValueTask.FromResult<string?>(string.Join(
        '\n',
        new DirectoryInfo(_home.Files.Home).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name != "sealing.lock")
            .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}")
            .Order(StringComparer.Ordinal)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }
}
