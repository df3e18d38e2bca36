using System.Text.Unicode;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// How a value is labelled. Providers keep what is called text in text fields. KeePassXC's are XML, which has no control
/// characters, and it replaces placeholders in them (<c>{USERNAME}</c>, <c>{REF:...}</c>) when they are read. So a value is
/// called text only where text comes back as it was; who reads it cares little.
/// </summary>
internal static class ContentType
{
    internal const string Text = "text/plain";
    internal const string Binary = "application/octet-stream";

    internal static string Of(ReadOnlySpan<byte> value) => IsText(value) ? Text : Binary;

    private static bool IsText(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
        {
            return false;
        }

        foreach (byte character in value)
        {
            if (character is < 0x20 and not ((byte)'\t' or (byte)'\n') or 0x7F or (byte)'{')
            {
                return false;
            }
        }

        // U+FFFE and U+FFFF are not characters of XML either.
        return value.IndexOf("\uFFFE"u8) < 0 && value.IndexOf("\uFFFF"u8) < 0;
    }
}
