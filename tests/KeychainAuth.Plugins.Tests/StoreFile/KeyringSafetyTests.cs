using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>A place that is not the user's alone is refused with the command that mends it.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringSafetyTests : IDisposable
{
    private const string OneEntry = """{"demo:k":{"private":"djE=","public":""}}""";

    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task AnyCall_FileOpenToOthers_NamesChmod(UnixFileMode extra)
    {
        _home.Place(OneEntry);
        File.SetUnixFileMode(_home.Keyring, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        await AssertRefusedAsync($"chmod 600 '{_home.Keyring}'");
        File.SetUnixFileMode(_home.Keyring, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_FileOpenedToOthersLater_IsNoticed()
    {
        _home.Place(OneEntry);
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
        File.SetUnixFileMode(_home.Keyring, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        StoreException failure = await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k"));
        Assert.Contains("chmod 600", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    public async Task AnyCall_DirectoryOpenToOthers_NamesChmod(UnixFileMode extra)
    {
        _home.Place(OneEntry);
        File.SetUnixFileMode(_home.KeyringDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | extra);
        await AssertRefusedAsync($"chmod 700 '{_home.KeyringDirectory}'");
    }

    [Fact]
    public async Task AnyCall_FileIsALink_IsRefused()
    {
        _home.Place(OneEntry);
        string real = Path.Combine(_home.Home, "real.json");
        File.Move(_home.Keyring, real);
        File.CreateSymbolicLink(_home.Keyring, real);
        await AssertRefusedAsync("symbolic link");
        Assert.Equal(OneEntry, await File.ReadAllTextAsync(real, KeyringHome.Cancellation));
        Assert.NotNull(new FileInfo(_home.Keyring).LinkTarget);
    }

    [Fact]
    public async Task AnyCall_FileIsADanglingLink_CreatesNothingElsewhere()
    {
        _home.Place(OneEntry);
        File.Delete(_home.Keyring);
        string elsewhere = Path.Combine(_home.Home, "elsewhere.json");
        File.CreateSymbolicLink(_home.Keyring, elsewhere);
        await AssertRefusedAsync("symbolic link");
        Assert.False(File.Exists(elsewhere));
    }

    [Fact]
    public async Task AnyCall_DirectoryIsALink_IsRefused()
    {
        _home.Place(OneEntry);
        string real = Path.Combine(_home.Home, "real");
        Directory.Move(_home.KeyringDirectory, real);
        Directory.CreateSymbolicLink(_home.KeyringDirectory, real);
        await AssertRefusedAsync("symbolic link");
    }

    [Fact]
    public async Task AnyCall_LockIsALink_IsNotFollowed()
    {
        _home.Place(OneEntry);
        string elsewhere = Path.Combine(_home.Home, "elsewhere");
        File.CreateSymbolicLink(_home.Keyring + ".lock", elsewhere);
        await using ISecretStore store = _home.Open();
        StoreException failure = await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new"));
        Assert.Equal(StoreError.Unavailable, failure.Error);
        Assert.False(File.Exists(elsewhere));
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task AnyCall_FileIsAFifo_IsRefusedWithoutWaiting()
    {
        _home.Place(OneEntry);
        File.Delete(_home.Keyring);
        using (Process mkfifo = Process.Start("mkfifo", ["-m", "600", _home.Keyring]))
        {
            await mkfifo.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }

        await AssertRefusedAsync("not a regular file");
    }

    [Fact]
    public async Task AnyCall_FileIsADirectory_IsRefused()
    {
        _home.Place(OneEntry);
        File.Delete(_home.Keyring);
        Directory.CreateDirectory(_home.Keyring);
        await AssertRefusedAsync("not a regular file");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnyCall_AnotherOwner_IsRefused(bool directory)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can give a file to another user.");
        _home.Place(OneEntry);
        using (Process chown = Process.Start("chown", ["65534", directory ? _home.KeyringDirectory : _home.Keyring]))
        {
            await chown.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }

        await AssertRefusedAsync("belongs to user 65534");
    }

    private async Task AssertRefusedAsync(string because)
    {
        await using ISecretStore store = _home.Open();
        StoreException[] failures =
        [
            await KeyringHome.FailsAsync(async () => _ = await KeyringHome.ReadAsync(store, "k")),
            await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new")),
        ];
        Assert.All(failures, failure =>
        {
            Assert.Equal(StoreError.Unavailable, failure.Error);
            Assert.Contains(because, failure.Message, StringComparison.Ordinal);
        });
        StoreHealth health = await KeyringHome.ProbeAsync(store);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains(because, health.Message, StringComparison.Ordinal);
    }
}
