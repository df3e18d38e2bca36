using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>The bytes of a keyring file as read. Zeroed when disposed.</summary>
/// <param name="buffer">Where they are; owned from now on.</param>
/// <param name="length">How many of them are the file's.</param>
/// <param name="identity">The file's identity before the first byte was read.</param>
/// <param name="isSettled">Whether a change after the first byte was read must give the file another identity.</param>
/// <param name="isStable">Whether the identity was still the same after the last one.</param>
internal sealed class KeyringImage(SecretBuffer buffer, int length, FileIdentity identity, bool isSettled, bool isStable) : IDisposable
{
    internal FileIdentity Identity { get; } = identity;

    internal bool IsSettled { get; } = isSettled;

    internal bool IsStable { get; } = isStable;

    internal ReadOnlySpan<byte> Bytes => buffer.Span[..length];

    internal byte[] Hash() => SHA256.HashData(Bytes);

    public void Dispose() => buffer.Dispose();
}
