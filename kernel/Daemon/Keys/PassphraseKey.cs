using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using NSec.Cryptography;

namespace KeychainAuth.Daemon.Keys;

/// <summary>From a passphrase to a key, by Argon2id. The only place that touches NSec, and through it libsodium.</summary>
internal static class PassphraseKey
{
    internal const int SaltLength = 16;

    internal static SealingKey Derive(SecretBuffer passphrase, ReadOnlySpan<byte> salt, Argon2Cost cost)
    {
        var argon2 = new Argon2id(new Argon2Parameters { DegreeOfParallelism = cost.Parallelism, MemorySize = cost.MemoryKib, NumberOfPasses = cost.Passes });
        var key = new SecretBuffer(SealingKey.Length);
        try
        {
            argon2.DeriveBytes(passphrase.Span, salt, key.Span);
        }
        catch
        {
            key.Dispose();
            throw;
        }

        return new SealingKey(key);
    }
}
