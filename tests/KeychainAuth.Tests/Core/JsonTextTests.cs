using System.Text;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Tests.Core;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain", "\"plain\"")]
    [InlineData("<b>&", "\"\\u003cb\\u003e\\u0026\"")]
    [InlineData("\u2028\u2029\u2027", "\"\\u2028\\u2029\u2027\"")]
    [InlineData("a\"b\\c/", "\"a\\\"b\\\\c/\"")]
    [InlineData("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"")]
    [InlineData("\0\u0001\u001f\u007f", "\"\\u0000\\u0001\\u001f\u007f\"")]
    [InlineData("é€😀'+`", "\"é€😀'+`\"")]
    public void WriteString_Text_IsEscapedAsTheProtocolSays(string text, string expected)
    {
        using var output = new PinnedBufferWriter();
        JsonText.WriteString(output, text);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.Written.Span));
    }
}
