using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// Names of the credentials that hold the pieces of one value: no name of a secret begins so, since <c>+</c> is always
/// encoded there.
/// </summary>
/// <param name="Owner">Stands for the name of the credential that holds the index.</param>
/// <param name="Generation">Which writing of the value it belongs to.</param>
internal readonly record struct PieceName(string Owner, string Generation)
{
    /// <summary>What the names of all pieces begin with.</summary>
    internal const string Prefix = "+keychain-auth+";

    /// <summary>The user name of pieces; secrets have their target there.</summary>
    internal const string User = "keychain-auth";

    private const int DigestBytes = 16;

    /// <param name="credential">The name of the credential that holds the index.</param>
    /// <param name="generation">The generation; empty where all are meant.</param>
    internal static PieceName Of(string credential, ReadOnlySpan<byte> generation) => new(
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(credential.ToLowerInvariant())).AsSpan(0, DigestBytes)),
        Convert.ToHexStringLower(generation));

    /// <summary>The pieces that a credential's name belongs to.</summary>
    /// <returns>Null when it is none.</returns>
    internal static PieceName? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string[] parts = name[Prefix.Length..].ToLowerInvariant().Split('+');
        return parts.Length == 3 ? new PieceName(parts[0], parts[1]) : null;
    }

    /// <summary>What the names of all pieces of the same credential begin with.</summary>
    internal string OwnerPrefix => $"{Prefix}{Owner}+";

    internal string At(int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Owner}+{Generation}+{index}");
}
