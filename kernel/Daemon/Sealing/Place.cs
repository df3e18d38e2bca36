using System.Buffers.Binary;
using System.Text;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// Where a sealed box belongs, as bytes that no other place has: every field comes behind its length, so that neither
/// <c>("a", "bc")</c> and <c>("ab", "c")</c> nor a place of one kind and one of another can meet.
/// </summary>
internal static class Place
{
    private const int UserIdLength = sizeof(uint);

    // A name that is not valid UTF-16 has no bytes of its own: the usual replacement would make several names one.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The place of a value.</summary>
    /// <exception cref="ArgumentException">A name holds a lone surrogate.</exception>
    internal static byte[] OfValue(uint userId, string service, string target) =>
        Join("keychain-auth 1 value"u8.ToArray(), Bytes(userId), Strict.GetBytes(service), Strict.GetBytes(target));

    /// <summary>The place of a user's data key, wrapped by a master key.</summary>
    internal static byte[] OfDataKey(uint userId, KeyId dataKey) =>
        Join("keychain-auth 1 data key"u8.ToArray(), Bytes(userId), Bytes(dataKey));

    /// <summary>Fields, each behind its length as four bytes, most significant first.</summary>
    internal static byte[] Join(params ReadOnlySpan<byte[]> fields)
    {
        int length = 0;
        foreach (byte[] field in fields)
        {
            length += sizeof(int) + field.Length;
        }

        byte[] joined = new byte[length];
        Span<byte> rest = joined;
        foreach (byte[] field in fields)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, field.Length);
            field.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + field.Length)..];
        }

        return joined;
    }

    private static byte[] Bytes(uint userId)
    {
        byte[] bytes = new byte[UserIdLength];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, userId);
        return bytes;
    }

    private static byte[] Bytes(KeyId id)
    {
        byte[] bytes = new byte[KeyId.Length];
        id.Write(bytes);
        return bytes;
    }
}
