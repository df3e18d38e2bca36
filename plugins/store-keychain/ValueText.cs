using System.Buffers;
using System.Buffers.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>
/// How values stand in the keychain. Ours stand as they are. Tools of the field that go through `security` write text
/// only, behind a prefix that says how it is encoded; they are understood, and since a value of ours may begin like that
/// too, such a one is written behind the prefix itself, so that it comes back as it was.
/// </summary>
internal static class ValueText
{
    private static ReadOnlySpan<byte> Base64Prefix => "go-keyring-base64:"u8;

    private static ReadOnlySpan<byte> HexPrefix => "go-keyring-encoded:"u8;

    /// <summary>What to store for a value: pinned, and zeroed by the caller.</summary>
    internal static SecretBuffer Encode(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith(Base64Prefix) && !value.StartsWith(HexPrefix))
        {
            return new SecretBuffer(value);
        }

        var stored = new SecretBuffer(Base64Prefix.Length + Base64.GetMaxEncodedToUtf8Length(value.Length));
        Base64Prefix.CopyTo(stored.Span);
        Base64.EncodeToUtf8(value, stored.Span[Base64Prefix.Length..], out _, out _);
        return stored;
    }

    /// <summary>The value behind what is stored: pinned, and zeroed by the caller.</summary>
    /// <exception cref="StoreException">It has a prefix and is not encoded as that says.</exception>
    internal static SecretBuffer Decode(ReadOnlySpan<byte> stored)
    {
        if (stored.StartsWith(Base64Prefix))
        {
            ReadOnlySpan<byte> text = stored[Base64Prefix.Length..].TrimEnd((byte)'\n');
            using var decoded = new SecretBuffer(Base64.GetMaxDecodedFromUtf8Length(text.Length));
            return Base64.DecodeFromUtf8(text, decoded.Span, out int consumed, out int written) == OperationStatus.Done && consumed == text.Length
                ? new SecretBuffer(decoded.Span[..written])
                : throw Corrupt("base64");
        }

        if (stored.StartsWith(HexPrefix))
        {
            ReadOnlySpan<byte> text = stored[HexPrefix.Length..].TrimEnd((byte)'\n');
            var value = new SecretBuffer(text.Length / 2);
            if (text.Length % 2 == 0 && Convert.FromHexString(text, value.Span, out _, out _) == OperationStatus.Done)
            {
                return value;
            }

            value.Dispose();
            throw Corrupt("hexadecimal digits");
        }

        return new SecretBuffer(stored);
    }

    private static StoreException Corrupt(string encoding) => new(
        StoreError.Corrupt,
        $"A value in the keychain begins as one that is encoded in {encoding} and is not: look at the item in Keychain Access, or write it anew.");
}
