using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// Authenticated encryption of one thing for one place: <c>"KAS" version(1) key-id(8) nonce(24) ciphertext tag(16)</c>.
/// AES-256-GCM; the associated data is the place (<see cref="Place"/>) followed by everything in front of the ciphertext.
/// </summary>
/// <remarks>
/// Why a nonce is never used twice with a key. GCM loses everything when it is, and 96 random bits alone would make that
/// a matter of 2^-32 after 2^32 boxes. A counter would have to survive crashes, and a restored backup would set it back.
/// So each box has 192 random bits: the first 96 make, with the key, a key of this box's own (HKDF), the other 96 are
/// GCM's nonce. Two boxes share both only when all 192 bits are equal: a chance below 2^-128 after 2^32 boxes under one
/// key, whatever crashed and whatever was restored. Nothing is remembered, so nothing can be rolled back.
/// Not hidden: the length of what is sealed, and which key sealed it.
/// </remarks>
internal static class SealedBox
{
    private const int SaltLength = 12;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyIdAt = 4;
    private const int SaltAt = KeyIdAt + KeyId.Length;
    private const int NonceAt = SaltAt + SaltLength;
    private const int HeaderLength = NonceAt + NonceLength;

    /// <summary>How much longer a box is than what is in it.</summary>
    internal const int Overhead = HeaderLength + TagLength;

    private static ReadOnlySpan<byte> Magic => "KAS\u0001"u8;

    /// <summary>Seals.</summary>
    /// <param name="key">The key.</param>
    /// <param name="place">Where the box belongs, as made by <see cref="Place"/>: it opens nowhere else.</param>
    /// <param name="plaintext">What to seal.</param>
    internal static SecretBuffer Seal(SealingKey key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> plaintext)
    {
        var box = new SecretBuffer(checked(plaintext.Length + Overhead));
        Span<byte> header = box.Span[..HeaderLength];
        Magic.CopyTo(header);
        key.Id.Write(header[KeyIdAt..]);
        RandomNumberGenerator.Fill(header[SaltAt..]);
        byte[] associated = [.. place, .. header];
        Span<byte> boxKey = stackalloc byte[SealingKey.Length];
        try
        {
            key.DeriveBoxKey(header.Slice(SaltAt, SaltLength), boxKey);
            using var aes = new AesGcm(boxKey, TagLength);
            aes.Encrypt(header[NonceAt..], plaintext, box.Span[HeaderLength..^TagLength], box.Span[^TagLength..], associated);
            return box;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(boxKey);
        }
    }

    /// <summary>Which key a box says it was sealed with. Nothing about it has been verified.</summary>
    /// <returns>Null when this is no box of a version that is known.</returns>
    internal static KeyId? KeyOf(ReadOnlySpan<byte> box) =>
        box.Length >= Overhead && box.StartsWith(Magic) ? KeyId.Read(box[KeyIdAt..]) : null;

    /// <summary>Opens.</summary>
    /// <returns>What was sealed; null when the box was not made by this key for this place, or is not as it was made.</returns>
    internal static SecretBuffer? TryOpen(SealingKey key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> box)
    {
        if (KeyOf(box) != key.Id)
        {
            return null;
        }

        ReadOnlySpan<byte> header = box[..HeaderLength];
        byte[] associated = [.. place, .. header];
        var plaintext = new SecretBuffer(box.Length - Overhead);
        Span<byte> boxKey = stackalloc byte[SealingKey.Length];
        try
        {
            key.DeriveBoxKey(header.Slice(SaltAt, SaltLength), boxKey);
            using var aes = new AesGcm(boxKey, TagLength);
            aes.Decrypt(header[NonceAt..], box[HeaderLength..^TagLength], box[^TagLength..], plaintext.Span, associated);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(boxKey);
        }
    }
}
