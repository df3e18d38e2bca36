using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>A disk that is full or read-only refuses the write, keeps the old file whole, and works again afterwards.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringDiskTests : IDisposable
{
    private const int ENOSPC = 28;
    private const int EROFS = 30;

    private readonly KeyringHome _home = new();
    private bool _mounted;

    [Fact]
    public async Task WriteAsync_DiskFull_KeepsTheOldFileAndRecovers()
    {
        await MountAsync();
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "old");
        string filler = Path.Combine(_home.KeyringDirectory, "filler");
        byte[] before = await File.ReadAllBytesAsync(_home.Keyring, KeyringHome.Cancellation);
        FillUp(filler);

        StoreException failure = await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new"));
        Assert.Equal((StoreError.Unavailable, ENOSPC), (failure.Error, failure.NativeCode));
        Assert.Contains("Free some space", failure.Message, StringComparison.Ordinal);
        await KeyringHome.FailsAsync(async () => _ = await store.DeleteAsync("demo", ["k"], KeyringHome.Cancellation));
        Assert.Equal(before, await File.ReadAllBytesAsync(_home.Keyring, KeyringHome.Cancellation));
        Assert.Equal(["filler", "keyring.json", "keyring.json.lock"], _home.Listing());
        Assert.Equal("old", await KeyringHome.ReadAsync(store, "k"));

        File.Delete(filler);
        await KeyringHome.WriteAsync(store, "k", "new");
        Assert.Equal("new", await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task WriteAsync_BatchLargerThanTheDisk_WritesNothing()
    {
        await MountAsync();
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "old");
        StoreException failure = await KeyringHome.FailsAsync(
            () => KeyringHome.WriteAsync(store, "demo", ("first", "1"), ("huge", new string('x', 300_000)), ("k", "new")));
        Assert.Equal((StoreError.Unavailable, ENOSPC), (failure.Error, failure.NativeCode));
        Assert.Null(failure.Completed);
        Assert.Null(await KeyringHome.ReadAsync(store, "first"));
        Assert.Equal("old", await KeyringHome.ReadAsync(store, "k"));
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Listing());
    }

    [Fact]
    public async Task WriteAsync_ReadOnlyFileSystem_IsRefusedAndReadsGoOn()
    {
        await MountAsync();
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "old");
        await RunAsync("mount", "-o", "remount,ro", _home.KeyringDirectory);
        StoreException failure = await KeyringHome.FailsAsync(() => KeyringHome.WriteAsync(store, "k", "new"));
        Assert.Equal((StoreError.Unavailable, EROFS), (failure.Error, failure.NativeCode));
        Assert.Equal("old", await KeyringHome.ReadAsync(store, "k"));
        StoreHealth health = await KeyringHome.ProbeAsync(store);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains("read-only", health.Message, StringComparison.Ordinal);

        await RunAsync("mount", "-o", "remount,rw", _home.KeyringDirectory);
        await KeyringHome.WriteAsync(store, "k", "new");
        Assert.Equal("new", await KeyringHome.ReadAsync(store, "k"));
    }

    public void Dispose()
    {
        if (_mounted)
        {
            using Process umount = Process.Start("umount", [_home.KeyringDirectory]);
            umount.WaitForExit(KeyringHome.Patience);
        }

        _home.Dispose();
    }

    private async Task MountAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can mount a small tmpfs.");
        Directory.CreateDirectory(_home.KeyringDirectory);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", _home.KeyringDirectory);
        _mounted = true;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        Assert.Equal(0, process.ExitCode);
    }

    // In pages, as tmpfs hands them out: none is left in the end.
    private static void FillUp(string path)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException exception) when (exception.HResult == ENOSPC)
        {
        }
    }
}
