using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// The blob of a credential whose value does not lie in it plainly: either what follows the head is the content, or the
/// head names the pieces that hold it. Writing this one credential is the moment at which a value changes.
/// </summary>
/// <param name="Generation">16 bytes that name the pieces.</param>
/// <param name="Pieces">How many there are; 0 when the content follows the head.</param>
/// <param name="ContentLength">Bytes of content.</param>
/// <param name="ContentHash">SHA-256 of it.</param>
internal sealed record ValueIndex(byte[] Generation, int Pieces, int ContentLength, byte[] ContentHash)
{
    internal const int HeadBytes = 72;

    private const int GenerationBytes = 16;
    private const int PiecesAt = 32;
    private const int LengthAt = 36;
    private const int HashAt = 40;

    private static ReadOnlySpan<byte> Mark => "keychain-auth/1\n"u8;

    /// <summary>Whether a blob begins like an index. A value that does is never stored plainly.</summary>
    internal static bool IsMarked(ReadOnlySpan<byte> blob) => blob.StartsWith(Mark);

    /// <returns>Null when the blob makes no sense.</returns>
    internal static ValueIndex? Parse(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeadBytes || !IsMarked(blob))
        {
            return null;
        }

        int pieces = BinaryPrimitives.ReadInt32LittleEndian(blob[PiecesAt..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(blob[LengthAt..]);
        bool isWhole = pieces == 0
            ? length == blob.Length - HeadBytes
            : blob.Length == HeadBytes && length > 0 && pieces == CountPieces(length);
        return pieces >= 0 && isWhole
            ? new ValueIndex(
                blob.Slice(Mark.Length, GenerationBytes).ToArray(), pieces, length, blob.Slice(HashAt, SHA256.HashSizeInBytes).ToArray())
            : null;
    }

    /// <summary>How many pieces hold so many bytes.</summary>
    internal static int CountPieces(int length) => (length + CredentialLimits.BlobBytes - 1) / CredentialLimits.BlobBytes;

    internal void WriteHead(Span<byte> blob)
    {
        Mark.CopyTo(blob);
        Generation.CopyTo(blob[Mark.Length..]);
        BinaryPrimitives.WriteInt32LittleEndian(blob[PiecesAt..], Pieces);
        BinaryPrimitives.WriteInt32LittleEndian(blob[LengthAt..], ContentLength);
        ContentHash.CopyTo(blob[HashAt..]);
    }
}
