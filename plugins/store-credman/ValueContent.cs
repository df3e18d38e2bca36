using System.Buffers.Binary;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>Attributes and value in one run of bytes: the length of the attributes' part, that part, the value.</summary>
internal static class ValueContent
{
    private const int LengthBytes = 4;

    /// <summary>Puts them together. The caller zeroes the result.</summary>
    internal static SecretBuffer Join(IReadOnlyDictionary<string, string> attributes, ReadOnlySpan<byte> value)
    {
        byte[] described = Write(attributes);
        var content = new SecretBuffer(LengthBytes + described.Length + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(content.Span, described.Length);
        described.CopyTo(content.Span[LengthBytes..]);
        value.CopyTo(content.Span[(LengthBytes + described.Length)..]);
        return content;
    }

    /// <summary>Takes them apart.</summary>
    /// <param name="content">What <see cref="Join"/> made.</param>
    /// <param name="valueAt">Where the value begins.</param>
    /// <returns>The attributes; null when the bytes make no sense.</returns>
    internal static Dictionary<string, string>? Split(ReadOnlySpan<byte> content, out int valueAt)
    {
        valueAt = 0;
        if (content.Length < LengthBytes)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(content);
        if (length < 0 || length > content.Length - LengthBytes)
        {
            return null;
        }

        valueAt = LengthBytes + length;
        return Read(content.Slice(LengthBytes, length));
    }

    private static byte[] Write(IReadOnlyDictionary<string, string> attributes)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthBytes];
        foreach (string part in attributes.SelectMany(a => (string[])[a.Key, a.Value]))
        {
            byte[] text = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            stream.Write(length);
            stream.Write(text);
        }

        return stream.ToArray();
    }

    private static Dictionary<string, string>? Read(ReadOnlySpan<byte> described)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!described.IsEmpty)
        {
            if (ReadText(ref described) is not { } key || ReadText(ref described) is not { } value)
            {
                return null;
            }

            attributes[key] = value;
        }

        return attributes;
    }

    private static string? ReadText(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 0 || length > rest.Length - LengthBytes)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(rest.Slice(LengthBytes, length));
        rest = rest[(LengthBytes + length)..];
        return text;
    }
}
