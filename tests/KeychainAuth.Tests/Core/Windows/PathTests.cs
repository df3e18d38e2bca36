using KeychainAuth.Windows;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class PathTests
{
    [Theory]
    [InlineData(@"\\?\C:\x\y.exe", @"C:\x\y.exe")]
    [InlineData(@"\\?\UNC\server\share\y.exe", @"\\server\share\y.exe")]
    [InlineData(@"C:\x", @"C:\x")]
    [InlineData(@"\\?\Volume{1b3b1146-4076-11e1-84aa-806e6f6e6963}\x", null)]
    [InlineData(@"\Device\HarddiskVolume3\x", null)]
    [InlineData("x.exe", null)]
    public void ToPlain_PathOfTheSystem_IsAsPeopleWriteIt(string path, string? plain) => Assert.Equal(plain, PathForm.ToPlain(path));

    [Theory]
    [InlineData(@"C:\x", @"\\?\C:\x")]
    [InlineData(@"\\server\share\x", @"\\?\UNC\server\share\x")]
    [InlineData(@"\\?\C:\x", @"\\?\C:\x")]
    [InlineData(@"\\.\pipe\x", @"\\.\pipe\x")]
    public void ToExtended_FullPath_HasNoLimit(string path, string extended) => Assert.Equal(extended, PathForm.ToExtended(path));

    [Theory]
    [InlineData(@"\\.\pipe\keychain-auth", "keychain-auth")]
    [InlineData(@"\\.\PIPE\a.b_C-9", "a.b_C-9")]
    [InlineData(@"\\.\pipe\", null)]
    [InlineData(@"\\.\pipe\a\b", null)]
    [InlineData(@"\\.\pipe\a b", null)]
    [InlineData(@"\\.\pipe\ä", null)]
    [InlineData(@"\\server\pipe\x", null)]
    [InlineData(@"\\.\mailslot\x", null)]
    [InlineData("keychain-auth", null)]
    [InlineData("", null)]
    public void NameOf_Address_IsItsNameOrNone(string address, string? name) => Assert.Equal(name, PipeAddress.NameOf(address));

    [Fact]
    public void NameOf_LongName_IsNoneBeyondTheLimit()
    {
        Assert.NotNull(PipeAddress.NameOf(PipeAddress.Prefix + new string('x', 200)));
        Assert.Null(PipeAddress.NameOf(PipeAddress.Prefix + new string('x', 201)));
    }
}
