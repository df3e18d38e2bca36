using System.Security.Cryptography;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>What a signature is worth. Needs no Windows.</summary>
internal static class SigningRules
{
    /// <summary>The identity that an entry's <c>signer</c> names: the publisher's key, whoever certified it.</summary>
    internal const string IdentityPrefix = "authenticode:sha256:";

    private const int NoSignature = unchecked((int)0x800B0100);
    private const int BadDigest = unchecked((int)0x80096010);

    /// <param name="trust">The result of WinVerifyTrust.</param>
    /// <param name="isTrustedByMachine">Whether the publisher's chain ends in a root of the machine's own store.</param>
    /// <param name="subject">The publisher's name; null when there is none.</param>
    /// <param name="publicKey">The publisher's SubjectPublicKeyInfo; null when there is none.</param>
    internal static SigningEvidence Judge(int trust, bool isTrustedByMachine, string? subject, byte[]? publicKey)
    {
        switch (trust)
        {
            case NoSignature:
                return new SigningEvidence(null, "no signature inside the file", null);
            case BadDigest:
                return new SigningEvidence(null, "a signature that does not fit the file", null);
        }

        if (publicKey is null)
        {
            return new SigningEvidence(null, $"a signature that cannot be read (0x{trust:X8})", subject);
        }

        // The user's own roots count for WinVerifyTrust, and a program of the user may have put one there.
        return trust == 0 && isTrustedByMachine
            ? new SigningEvidence(IdentityPrefix + Convert.ToHexStringLower(SHA256.HashData(publicKey)), "valid", subject)
            : new SigningEvidence(null, $"a signature that this machine does not trust (0x{trust:X8})", subject);
    }
}
