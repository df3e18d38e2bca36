using System.Buffers;
using System.Text;

namespace KeychainAuth.Core.Protocol;

/// <summary>
/// JSON strings in the exact form of the protocol: <c>&lt; &gt; &amp;</c> and U+2028/2029 as lower-case \u escapes,
/// everything else that JSON allows raw. Utf8JsonWriter is not used because it escapes otherwise and because it copies
/// what it escapes into pooled memory that nobody clears.
/// </summary>
internal static class JsonText
{
    // The first byte of U+2028 and U+2029 is E2: looked at more closely where it occurs.
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\', (byte)'<', (byte)'>', (byte)'&', 0xE2]);

    internal static void WriteString(PinnedBufferWriter output, string text)
    {
        // Names and messages, never values: a managed copy of these is no loss.
        WriteString(output, Encoding.UTF8.GetBytes(text));
    }

    /// <param name="output">Where to write, quotes included.</param>
    /// <param name="utf8">Valid UTF-8; the caller has checked.</param>
    internal static void WriteString(PinnedBufferWriter output, ReadOnlySpan<byte> utf8)
    {
        output.Write((byte)'"');
        while (utf8.IndexOfAny(Special) is >= 0 and int index)
        {
            output.Write(utf8[..index]);
            utf8 = utf8[(index + WriteSpecial(output, utf8[index..]))..];
        }

        output.Write(utf8);
        output.Write((byte)'"');
    }

    /// <returns>How many bytes of the input were consumed.</returns>
    private static int WriteSpecial(PinnedBufferWriter output, ReadOnlySpan<byte> rest)
    {
        switch (rest[0])
        {
            case 0xE2 when rest.StartsWith("\u2028"u8):
                output.Write("\\u2028"u8);
                return 3;
            case 0xE2 when rest.StartsWith("\u2029"u8):
                output.Write("\\u2029"u8);
                return 3;
            case 0xE2:
                output.Write(rest[0]);
                return 1;
            case (byte)'"':
                output.Write("\\\""u8);
                return 1;
            case (byte)'\\':
                output.Write("\\\\"u8);
                return 1;
            case (byte)'\b':
                output.Write("\\b"u8);
                return 1;
            case (byte)'\f':
                output.Write("\\f"u8);
                return 1;
            case (byte)'\n':
                output.Write("\\n"u8);
                return 1;
            case (byte)'\r':
                output.Write("\\r"u8);
                return 1;
            case (byte)'\t':
                output.Write("\\t"u8);
                return 1;
            default:
                output.Write("\\u00"u8);
                output.Write("0123456789abcdef"u8[rest[0] >> 4]);
                output.Write("0123456789abcdef"u8[rest[0] & 0xF]);
                return 1;
        }
    }
}
