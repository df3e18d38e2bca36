using KeychainAuth.Windows;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class SidTests
{
    [Theory]
    [InlineData("S-1-5-18", "010100000000000512000000")]
    [InlineData("S-1-5-32-544", "01020000000000052000000020020000")]
    [InlineData("S-1-16-8192", "010100000000001000200000")]
    [InlineData("S-1-5-21-4294967295-0-1-1001", "01050000000000051500000" + "0ffffffff0000000001000000e9030000")]
    public void Parse_Text_HasTheDocumentedBytes(string text, string hex)
    {
        Sid sid = Sid.Parse(text);
        Assert.Equal(hex, Convert.ToHexStringLower(sid.Bytes));
        Assert.Equal(text, sid.ToString());
        Assert.Equal(sid, Sid.TryRead(sid.Bytes));
        Assert.Equal(sid.GetHashCode(), Sid.Parse(text).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("S-1-5")]
    [InlineData("S-2-5-18")]
    [InlineData("s-1-5-18")]
    [InlineData("S-1-5-4294967296")]
    [InlineData("S-1-5--1")]
    [InlineData("S-1-281474976710656-1")]
    [InlineData("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16")]
    public void Parse_NoSid_Throws(string text) => Assert.Throws<FormatException>(() => Sid.Parse(text));

    [Fact]
    public void TryRead_TruncatedAnywhere_IsNull()
    {
        byte[] whole = Sid.TrustedInstaller.Bytes.ToArray();
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(Sid.TryRead(whole.AsSpan(0, length))));
        Assert.Equal(Sid.TrustedInstaller, Sid.TryRead([.. whole, 1, 2, 3]));
    }
}
