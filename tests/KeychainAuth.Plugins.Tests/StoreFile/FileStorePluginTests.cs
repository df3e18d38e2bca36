using System.Reflection;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

[SupportedOSPlatform("linux")]
public sealed class FileStorePluginTests : IDisposable
{
    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Manifest_Always_SaysWhatTheDaemonSelectsBy()
    {
        KeychainAuthPluginAttribute manifest = Assert.IsType<KeychainAuthPluginAttribute>(
            typeof(FileStorePlugin).Assembly.GetCustomAttribute<KeychainAuthPluginAttribute>());
        Assert.Equal((PluginKind.Store, "store-file", typeof(FileStorePlugin)), (manifest.Kind, manifest.Id, manifest.EntryType));
        Assert.Equal((ContractVersion.Major, ContractVersion.Minor, "linux", "!desktop", 10), (manifest.Contract, manifest.ContractMinor, manifest.OperatingSystems, manifest.Requires, manifest.Priority));
        Assert.Equal("store-file", typeof(FileStorePlugin).Assembly.GetName().Name);
    }

    [Fact]
    public async Task Create_Always_SaysOnceThatNothingIsEncrypted()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        var line = Assert.Single(_home.Log.Lines);
        Assert.Equal(PluginLogLevel.Warning, line.Level);
        Assert.Contains("not encrypted", line.Message, StringComparison.Ordinal);
        Assert.Contains(_home.Keyring, line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paht", "/x", "'paht'")]
    [InlineData("path", "relative.json", "absolute")]
    [InlineData("path", "", "absolute")]
    [InlineData("path", "/", "absolute")]
    [InlineData("path", "/a/", "absolute")]
    [InlineData("path", "/a/../b", "absolute")]
    [InlineData("path", "/a//b", "absolute")]
    [InlineData("path", "~/keyring.json", "absolute")]
    [InlineData("lock_timeout_seconds", "0", "from 1 to")]
    [InlineData("lock_timeout_seconds", "-1", "from 1 to")]
    [InlineData("lock_timeout_seconds", "1.5", "from 1 to")]
    [InlineData("lock_timeout_seconds", "99999999999", "from 1 to")]
    [InlineData("lock_timeout_seconds", "", "from 1 to")]
    public void Create_BadSetting_IsRefusedByName(string key, string value, string because)
    {
        PluginSettingsException failure = Assert.Throws<PluginSettingsException>(() => _home.Open((key, value)));
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
        Assert.Contains("store-file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithPath_UsesThatFile()
    {
        string path = Path.Combine(_home.Home, "elsewhere", "secrets.json");
        await using ISecretStore store = _home.Open(("path", path), ("lock_timeout_seconds", "9"));
        await KeyringHome.WriteAsync(store, "k", "v");
        Assert.True(File.Exists(path));
        Assert.True(File.Exists(path + ".lock"));
        Assert.False(Directory.Exists(_home.KeyringDirectory));
    }

    [Fact]
    public async Task ProbeAsync_NothingThere_IsReadyAndCreatesNothing()
    {
        await using ISecretStore store = _home.Open();
        StoreHealth health = await KeyringHome.ProbeAsync(store);
        Assert.Equal(StoreState.Ready, health.State);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Home));
    }

    [Fact]
    public async Task ProbeAsync_ParentMissing_IsUnavailableAndNamesIt()
    {
        await using ISecretStore store = _home.Open(("path", Path.Combine(_home.Home, "a", "b", "keyring.json")));
        StoreHealth health = await KeyringHome.ProbeAsync(store);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains(Path.Combine(_home.Home, "a"), health.Message, StringComparison.Ordinal);
        StoreException failure = await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "v"));
        Assert.Equal((StoreError.Unavailable, 2), (failure.Error, failure.NativeCode));
    }

    [Fact]
    public async Task AnyCall_Disposed_Throws()
    {
        ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        await store.DisposeAsync().AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => _ = await KeyringHome.ReadAsync(store, "k"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => KeyringHome.WriteAsync(store, "k", "v"));
    }
}
