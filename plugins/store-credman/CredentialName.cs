using System.Buffers;
using System.Globalization;
using System.Text;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// Names of credentials: <c>service:target</c>, as other tools write them, for as long as that is unambiguous. Windows
/// compares names without case, by tables of its own; so capital letters, everything beyond ASCII, and what Windows
/// gives a meaning to are written as <c>%</c> and two digits for each byte of UTF-8. Needs no Windows.
/// </summary>
internal static class CredentialName
{
    private const char Separator = ':';

    // Not: '%' itself, '*' (a wildcard), '=' ("Domain:target=..."), '+' (names of pieces), blanks, which may be trimmed.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.:/@,;!#$&'()[]{}~^|");

    /// <summary>The name under which a target is stored.</summary>
    internal static string Of(string service, string target) => $"{Encode(service)}{Separator}{Encode(target)}";

    /// <summary>The name under which another tool would store it.</summary>
    internal static string PlainOf(string service, string target) => $"{service}{Separator}{target}";

    /// <summary>What all names of a service begin with.</summary>
    internal static string ServicePrefix(string service) => Encode(service) + Separator;

    /// <summary>What the names that other tools give begin with.</summary>
    internal static string PlainServicePrefix(string service) => service + Separator;

    /// <summary>
    /// The service of a credential that holds a secret: its user name is the target, and its name is what follows from
    /// both, encoded or as another tool would write it.
    /// </summary>
    /// <returns>Null where the credential is none of that kind.</returns>
    internal static string? FindService(string name, string target)
    {
        int end = name.IndexOf(Separator, StringComparison.Ordinal);
        if (target.Length == 0 || end <= 0)
        {
            return null;
        }

        string service = name[..end];
        return Decode(service) is { } decoded && string.Equals(name, Of(decoded, target), StringComparison.OrdinalIgnoreCase)
            ? decoded
            : name == PlainOf(service, target) ? service : null;
    }

    private static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length * 3);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit < 0x80 && Plain.Contains((char)unit))
            {
                encoded.Append((char)unit);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{unit:x2}");
            }
        }

        return encoded.ToString();
    }

    private static string? Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                if (text[i] >= 0x80)
                {
                    return null;
                }

                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte unit))
            {
                bytes.Add(unit);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        string decoded = Encoding.UTF8.GetString([.. bytes]);
        return decoded.Contains('\uFFFD', StringComparison.Ordinal) ? null : decoded;
    }
}
