using System.Runtime.Versioning;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Sealing;

[SupportedOSPlatform("linux")]
public sealed class MasterKeysTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Current => _directory.Combine(MasterKeys.CurrentName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_BothCredentials_FindsThemByTheirIds()
    {
        byte[] current = Place(Current, 1);
        byte[] previous = Place(_directory.Combine(MasterKeys.PreviousName), 2);
        using MasterKeys masters = MasterKeys.Load(_directory.Path);
        Assert.Equal(current, masters.Current!.Bytes);
        Assert.Equal(previous, masters.Find(masters.Ids[1])!.Bytes);
        Assert.Equal(2, masters.Ids.Distinct().Count());
        Assert.Null(masters.Find(default));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("empty")]
    [InlineData("not-there")]
    public void Load_NoKey_IsLockedOnceOneIsNeeded(string? name)
    {
        Directory.CreateDirectory(_directory.Combine("empty"));
        using MasterKeys masters = MasterKeys.Load(string.IsNullOrEmpty(name) ? name : _directory.Combine(name));
        Assert.Null(masters.Current);
        Assert.Empty(masters.Ids);
        Assert.Equal(StoreError.Locked, Assert.Throws<StoreException>(masters.Require).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Load_WrongLength_IsRefused(int length)
    {
        File.WriteAllBytes(Current, new byte[length]);
        Close(Current);
        Assert.Contains($"{length} bytes", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SameByteThroughout_IsRefused()
    {
        File.WriteAllBytes(Current, [.. Enumerable.Repeat((byte)0x41, SealingKey.Length)]);
        Close(Current);
        Assert.DoesNotContain("AAAA", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OpenToOthers_IsRefusedWithWhatMendsIt()
    {
        Place(Current, 1);
        File.SetUnixFileMode(Current, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LinkDirectoryOrPipe_IsRefusedAtOnce()
    {
        string real = _directory.Combine("real");
        Place(real, 1);
        File.CreateSymbolicLink(Current, real);
        Refusal();
        File.Delete(Current);
        Directory.CreateDirectory(Current);
        Refusal();
    }

    private string Refusal() => Assert.Throws<MasterKeyException>(() => MasterKeys.Load(_directory.Path)).Message;

    private static byte[] Place(string path, int first)
    {
        byte[] key = [.. Enumerable.Range(first, SealingKey.Length).Select(i => (byte)i)];
        File.WriteAllBytes(path, key);
        Close(path);
        return key;
    }

    private static void Close(string path) => File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
