using System.Runtime.Versioning;
using KeychainAuth.Core.Files;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

[SupportedOSPlatform("linux")]
public sealed class PrivateDirectoryTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Ensure_OpenToOthers_SaysHowToCloseIt()
    {
        string path = Create(UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        UnsafePathException refusal = Assert.Throws<UnsafePathException>(() => PrivateDirectory.Ensure(path));
        Assert.Contains($"chmod 700 {path}", refusal.Message, StringComparison.Ordinal);
    }

    // The advice for /tmp must not be to close /tmp.
    [Fact]
    public void Ensure_DirectoryForEverybody_DoesNotAdviseToCloseIt()
    {
        string path = Create(UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        UnsafePathException refusal = Assert.Throws<UnsafePathException>(() => PrivateDirectory.Ensure(path));
        Assert.DoesNotContain("chmod", refusal.Message, StringComparison.Ordinal);
    }

    private string Create(UnixFileMode others)
    {
        string path = _directory.Combine("d");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        return path;
    }
}
