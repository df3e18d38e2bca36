using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux;
using KeychainAuth.Plugins.VerifyLinux.Files;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Digests: once per file, and never remembered for longer than they hold.</summary>
[SupportedOSPlatform("linux")]
public sealed class HashingTests(AttackerPrograms programs) : VerifierTest(programs)
{
    // Of zeros that take no room on the disk, and more than any machine hashes while a test waits.
    private const long TooMuch = 1L << 40;

    private static readonly VerifierSettings AnySize = new() { MaxExecutableBytes = long.MaxValue };

    [Fact]
    public async Task VerifyAsync_TenProcessesAtOnce_HashedOnce()
    {
        CreateVerifier(time: new ShiftedTime(TimeSpan.FromHours(1)));
        string program = Files.Copy(await Programs.StaticPuppetAsync(), "program");
        List<PeerCredentials> peers = [];
        for (int count = 0; count < 10; count++)
        {
            peers.Add(await ConnectAsync(await StartAsync(program)));
        }

        VerificationResult[] results = await Task.WhenAll(peers.Select(peer => Task.Run(() => VerifyAsync(peer), Cancellation)))
            .WaitAsync(Patience, Cancellation);
        string sha256 = await Sha256Async(program);
        Assert.All(results, result => Assert.Equal(sha256, result.Peer?.Sha256));
        Assert.Equal(1, Verifier.Services.Hasher.ComputedCount);
        foreach (VerificationResult result in results)
        {
            await result.Peer!.DisposeAsync();
        }
    }

    [Fact]
    public async Task VerifyAsync_YoungFile_HashNotKept()
    {
        // Behind, so that the file stays young however long a process takes to start.
        CreateVerifier(time: new ShiftedTime(TimeSpan.FromHours(-1)));
        string program = Files.Copy(await Programs.PuppetAsync(), "program");
        await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(0, Verifier.Services.Hasher.KeptCount);
        await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(2, Verifier.Services.Hasher.ComputedCount);
    }

    /// <summary>Same path, same size, modification time put back: only the change time tells.</summary>
    [Fact]
    public async Task VerifyAsync_FileRewrittenWithOldTimes_HashedAnew()
    {
        CreateVerifier(time: new ShiftedTime(TimeSpan.FromHours(1)));
        string program = Files.Copy(await Programs.PuppetAsync(), "program");
        ControlledProcess first = await StartAsync(program);
        VerifiedPeer before = await VerifiedAsync(await ConnectAsync(first));
        await first.StopAsync();

        DateTime time = File.GetLastWriteTimeUtc(program);
        // Padding of the ELF identification: the program runs as before. (By another process: see ProgramFile.)
        await RunAsync("/bin/sh", "-c", "printf '\\1' | dd of=\"$1\" bs=1 seek=9 conv=notrunc status=none", "sh", program);
        File.SetLastWriteTimeUtc(program, time);
        VerifiedPeer after = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.NotEqual(before.Sha256, after.Sha256);
        Assert.Equal(await Sha256Async(program), after.Sha256);
    }

    /// <summary>Around the sizes at which reading takes several parts, and begins to run ahead of the hashing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((256 << 10) - 1)]
    [InlineData((256 << 10) + 1)]
    [InlineData((32 << 20) - 1)]
    [InlineData(32 << 20)]
    [InlineData((33 << 20) + 1)]
    public async Task HashAsync_AnySize_IsTheHashOfItsBytes(int size)
    {
        string file = Files.PathOf("file");
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        FileHash hash = await HashAsync(file, new ShiftedTime(TimeSpan.FromHours(1)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash.Sha256);
    }

    [Fact]
    public async Task HashAsync_FileChangesOnce_HashedAgain()
    {
        string file = Files.PathOf("file");
        await File.WriteAllTextAsync(file, "one", Cancellation);
        ShiftedTime time = new(TimeSpan.FromHours(1));
        time.WhenAsked = () =>
        {
            time.WhenAsked = null;
            File.AppendAllText(file, "more");
        };
        FileHash hash = await HashAsync(file, time);
        Assert.Equal(await Sha256Async(file), hash.Sha256);
    }

    [Fact]
    public async Task HashAsync_FileKeepsChanging_Refused()
    {
        string file = Files.PathOf("file");
        await File.WriteAllTextAsync(file, "one", Cancellation);
        int asked = 0;
        ShiftedTime time = new(TimeSpan.FromHours(1));
        using FileSystemWatcher watcher = new(Files.Path) { NotifyFilter = NotifyFilters.LastAccess };
        time.WhenAsked = () =>
        {
            // From the first look to the second a change; and one more as soon as it is being read.
            File.AppendAllText(file, "more");
            if (++asked == 2)
            {
                SetLength(file, TooMuch);
                watcher.Changed += (_, _) => SetLength(file, 0);
                watcher.EnableRaisingEvents = true;
            }
        };
        using FileHasher hasher = new(AnySize, time, new HashingLanes());
        FileHash hash = await HashAsync(file, hasher);
        Assert.NotNull(hash.Refusal);
        Assert.Contains("changed while it was being hashed", hash.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashAsync_MoreFilesThanEntries_OldestForgotten()
    {
        using FileHasher hasher = new(new VerifierSettings { HashCacheEntries = 3 }, new ShiftedTime(TimeSpan.FromHours(1)), new HashingLanes());
        for (int index = 0; index < 10; index++)
        {
            string file = Files.PathOf($"file{index}");
            await File.WriteAllTextAsync(file, $"{index}", Cancellation);
            Assert.NotNull((await HashAsync(file, hasher)).Sha256);
        }

        Assert.Equal(3, hasher.KeptCount);
    }

    /// <summary>Nobody waits for a large file any more, so nobody else does either.</summary>
    [Fact]
    public async Task HashAsync_AllGaveUp_Abandoned()
    {
        using FileHasher hasher = new(AnySize, TimeProvider.System, new HashingLanes());
        string large = Files.PathOf("large");
        await File.WriteAllTextAsync(large, "", Cancellation);
        SetLength(large, TooMuch);

        using CancellationTokenSource impatience = new();
        Task<FileHash> waiting = HashAsync(large, hasher, impatience.Token);
        string small = Files.PathOf("small");
        await File.WriteAllTextAsync(small, "small", Cancellation);
        Assert.NotNull((await HashAsync(small, hasher)).Sha256);
        Assert.False(waiting.IsCompleted, "A small file must not wait for a large one.");
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancellation));

        // The lane is free again.
        string other = Files.PathOf("other");
        await File.WriteAllTextAsync(other, "", Cancellation);
        SetLength(other, 33 << 20);
        Assert.NotNull((await HashAsync(other, hasher)).Sha256);
    }

    private static void SetLength(string path, long length)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    private static async Task<FileHash> HashAsync(string path, TimeProvider time)
    {
        using FileHasher hasher = new(new VerifierSettings(), time, new HashingLanes());
        return await HashAsync(path, hasher);
    }

    private static async Task<FileHash> HashAsync(string path, FileHasher hasher, CancellationToken? cancellationToken = null)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.True(FileKey.TryRead(handle, out FileKey key));
        return await hasher.HashAsync(handle, key, tracksMappedWrites: true, cancellationToken ?? Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }
}
