using System.Runtime.Versioning;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Root's files that were looked at once: found again by identity and name, and never trusted for longer than root keeps them.</summary>
[SupportedOSPlatform("linux")]
public sealed class TrustedFilesTests : IDisposable
{
    private readonly TrustedFiles _files = new();
    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        _files.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void TryAcquire_HeldFile_IsFoundByIdentityAndName()
    {
        TrustedFile added = Add(1);
        Assert.Same(added, _files.TryAcquire(Identity(1), Name(1)));
        Assert.Null(_files.TryAcquire(Identity(1), Name(2)));
        Assert.Null(_files.TryAcquire(Identity(2), Name(1)));
    }

    /// <summary>The file is this test's: who runs as root has the same as a real one, others see what root gave away.</summary>
    [Fact]
    public void TryAcquire_ReleasedFile_IsFoundAgainOnlyWhileItIsRootsAlone()
    {
        _files.Release(Add(1));
        File.SetUnixFileMode(_file, UnixFileMode.UserRead);
        Assert.Equal(Environment.IsPrivilegedProcess, _files.TryAcquire(Identity(1), Name(1)) is { } again && Released(again));

        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
        Assert.Null(_files.TryAcquire(Identity(1), Name(1)));
        Assert.Equal(0, _files.Count);
    }

    [Fact]
    public void Release_VeryMany_KeepsAFewAndCountsThem()
    {
        for (uint number = 0; number < 500; number++)
        {
            _files.Release(Add(number));
        }

        Assert.Equal(128, _files.Count);
    }

    /// <summary>A descriptor keeps a mount busy that somebody may want to unmount.</summary>
    [Fact]
    public void Release_FileThatMayNotIdle_IsLetGoAtOnce()
    {
        TrustedFile file = Add(1, mayIdle: false);
        _files.Release(file);
        Assert.True(file.Descriptor.IsClosed);
        Assert.Equal(0, _files.Count);
    }

    [Fact]
    public void Add_MoreThanThereIsRoomFor_LetsIdleOnesGoAndThenRefuses()
    {
        _files.Release(Add(5000));
        for (uint number = 0; number < 1024; number++)
        {
            Add(number);
        }

        Assert.Equal(1024, _files.Count);
        Assert.Null(_files.TryAcquire(Identity(5000), Name(5000)));
        using SafeFileHandle another = File.OpenHandle(_file);
        Assert.Null(_files.Add(Identity(2000), Name(2000), another, mayIdle: true));
        Assert.True(another.IsClosed);
    }

    [Fact]
    public void Add_IdentityOfAnother_TakesThePlaceOfAnIdleOneOnly()
    {
        TrustedFile first = Add(1);
        using SafeFileHandle refused = File.OpenHandle(_file);
        Assert.Null(_files.Add(Identity(1), Name(2), refused, mayIdle: true));
        _files.Release(first);
        Assert.NotNull(_files.Add(Identity(1), Name(2), File.OpenHandle(_file), mayIdle: true));
        Assert.True(first.Descriptor.IsClosed);
    }

    private TrustedFile Add(uint number, bool mayIdle = true) => _files.Add(Identity(number), Name(number), File.OpenHandle(_file), mayIdle)!;

    private bool Released(TrustedFile file)
    {
        _files.Release(file);
        return true;
    }

    private static MappingIdentity Identity(uint number) => new(8, 1, number);

    private static byte[] Name(uint number) => [.. "/usr/lib/"u8, .. BitConverter.GetBytes(number)];
}
