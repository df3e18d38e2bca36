using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// 256 random bits, and what is derived from them by HKDF-Expand (RFC 5869; the key is uniformly random, so Extract is
/// not needed): its id and one key per sealed box. The key itself never encrypts anything. Zeroed when disposed.
/// </summary>
internal sealed class SealingKey : IDisposable
{
    internal const int Length = 32;

    private readonly SecretBuffer _bytes;

    /// <summary>Takes a key.</summary>
    /// <param name="bytes">Exactly <see cref="Length"/> bytes; owned from now on.</param>
    internal SealingKey(SecretBuffer bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        _bytes = bytes;
        Span<byte> id = stackalloc byte[KeyId.Length];
        Derive("keychain-auth 1 key id"u8, [], id);
        Id = KeyId.Read(id);
    }

    internal KeyId Id { get; }

    /// <summary>The key itself, for wrapping and export only.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    internal static SealingKey Generate()
    {
        var bytes = new SecretBuffer(Length);
        RandomNumberGenerator.Fill(bytes.Span);
        return new SealingKey(bytes);
    }

    /// <summary>The key of one box. The caller zeroes it.</summary>
    /// <param name="salt">Random, chosen for this box alone.</param>
    /// <param name="destination">Gets the derived key.</param>
    internal void DeriveBoxKey(ReadOnlySpan<byte> salt, Span<byte> destination) => Derive("keychain-auth 1 box"u8, salt, destination);

    public void Dispose() => _bytes.Dispose();

    /// <summary>Its id; never the key.</summary>
    public override string ToString() => Id.ToString();

    // The labels have different lengths and neither begins with the other, so no two uses meet.
    private void Derive(ReadOnlySpan<byte> label, ReadOnlySpan<byte> salt, Span<byte> destination)
    {
        Span<byte> info = stackalloc byte[label.Length + salt.Length];
        label.CopyTo(info);
        salt.CopyTo(info[label.Length..]);
        HKDF.Expand(HashAlgorithmName.SHA256, _bytes.Span, destination, info);
    }
}
