using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Plugins.Tests.StoreFile;

[SupportedOSPlatform("linux")]
public sealed class FileStoreConformanceTests : SecretStoreConformance
{
    private readonly KeyringHome _home = new();

    protected override ValueTask<ISecretStore> CreateAsync() => ValueTask.FromResult(_home.Open());

    // Everything a probe could touch: names, sizes, and the times of file and directory.
    protected override ValueTask<string?> FingerprintAsync() => ValueTask.FromResult<string?>(string.Join(
        '\n',
        new DirectoryInfo(_home.Home).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => $"{entry.FullName} {(entry as FileInfo)?.Length} {entry.LastWriteTimeUtc:O}")
            .Order(StringComparer.Ordinal)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }
}
