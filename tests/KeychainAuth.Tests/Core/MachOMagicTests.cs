using KeychainAuth.Core.Executables;

namespace KeychainAuth.Tests.Core;

public sealed class MachOMagicTests
{
    [Theory]
    [InlineData("CFFAEDFE0C000001", true)] // 64-bit
    [InlineData("CEFAEDFE07000000", true)] // 32-bit
    [InlineData("CAFEBABE00000002", true)] // two architectures
    [InlineData("CAFEBABF00000001", true)] // one, with 64-bit offsets
    [InlineData("CAFEBABE00000041", false)] // a Java class
    [InlineData("FEEDFACF00000000", false)] // of a big-endian machine, which macOS no longer runs on
    [InlineData("7F454C4602010100", false)]
    [InlineData("2321202F62696E2F", false)]
    public void IsStartOf_FirstBytes_TellsPrograms(string start, bool expected) =>
        Assert.Equal(expected, MachOMagic.IsStartOf(Convert.FromHexString(start)));
}
