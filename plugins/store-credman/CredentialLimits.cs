using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// What the Credential Manager takes (wincred.h). Checked here, before anything is written: not every implementation
/// checks, and a batch that cannot be written whole should not be begun.
/// </summary>
internal static class CredentialLimits
{
    internal const int BlobBytes = 2560;
    internal const int Attributes = 64;
    internal const int AttributeNameLength = 256;
    internal const int AttributeValueBytes = 256;

    /// <exception cref="StoreException">A value, or an attribute, is too large; the message names the limit.</exception>
    internal static void Check(IReadOnlyList<Secret> secrets, int maxValueBytes)
    {
        foreach (Secret secret in secrets)
        {
            if (secret.Value.Length > maxValueBytes)
            {
                throw TooLarge($"A value may have {maxValueBytes} bytes at most (max_value_bytes of store-credman).");
            }

            if (secret.Attributes.Count > Attributes)
            {
                throw TooLarge($"A credential may have {Attributes} attributes at most.");
            }

            if (secret.Attributes.Keys.Any(name => name.Length > AttributeNameLength))
            {
                throw TooLarge($"The name of an attribute may have {AttributeNameLength} characters at most.");
            }

            if (secret.Attributes.Values.Any(value => Encoding.UTF8.GetByteCount(value) > AttributeValueBytes))
            {
                throw TooLarge($"The value of an attribute may have {AttributeValueBytes} bytes at most.");
            }
        }
    }

    private static StoreException TooLarge(string message) => new(StoreError.TooLarge, message);
}
