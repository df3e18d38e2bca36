using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyWindows;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyWindows;

public sealed class FileRulesTests
{
    private const string Image = @"C:\Tools\tool.exe";
    private const long MaxBytes = 1000;

    private static readonly FileFacts Good = new(Image, @"\Device\HarddiskVolume3\Tools\tool.exe", IsRemote: false, "NTFS", new FileKey(1, 2, 0, 1000, 5));

    [Theory]
    [InlineData(Image)]
    [InlineData(@"c:\TOOLS\Tool.EXE")]
    public void FindFault_TheFileItself_IsNone(string image) => Assert.Null(Fault(Good, image, image));

    [Theory]
    [InlineData(@"C:\Tools\other.exe", Image)]
    [InlineData(Image, @"C:\Tools\renamed.exe")]
    public void FindFault_AnotherFileUnderTheName_IsUnverifiable(string before, string now) =>
        Assert.Equal(VerificationRefusal.Unverifiable, FileRules.FindFault(before, Good, now, MaxBytes)!.Kind);

    [Fact]
    public void FindFault_FileWithoutAPath_IsUnverifiable() => Assert.Equal(VerificationRefusal.Unverifiable, Kind(Good with { Path = null }));

    [Fact]
    public void FindFault_SomebodyElseAnswersForTheContent_IsNotTrusted()
    {
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { IsRemote = true }));
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { Path = @"\\server\share\tool.exe" }, @"\\server\share\tool.exe"));
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { FileSystem = "FAT32" }));
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { FileSystem = null }));
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { NativePath = @"\Device\WinFsp.Disk\tool.exe" }));
        Assert.Equal(VerificationRefusal.FileSystemNotTrusted, Kind(Good with { NativePath = null }));
    }

    [Fact]
    public void FindFault_LargerThanTheLimit_IsUnverifiable() => Assert.Equal(VerificationRefusal.Unverifiable, Kind(Good with { Key = Good.Key with { Length = 1001 } }));

    private static string? Fault(FileFacts file, string before, string now) => FileRules.FindFault(before, file, now, MaxBytes)?.Message;

    private static VerificationRefusal? Kind(FileFacts file, string image = Image) => FileRules.FindFault(image, file, image, MaxBytes)?.Kind;
}
