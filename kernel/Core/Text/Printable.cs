using System.Globalization;
using System.Text;

namespace KeychainAuth.Core.Text;

/// <summary>
/// Makes text that others chose (paths, command lines, log fields) harmless to a terminal and to the eye: control
/// characters, line separators, and the invisible ones that reorder text appear as escapes.
/// </summary>
internal static class Printable
{
    internal static string Escape(string text)
    {
        if (!text.EnumerateRunes().Any(NeedsEscape))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (NeedsEscape(rune))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
            else
            {
                escaped.Append(rune);
            }
        }

        return escaped.ToString();
    }

    internal static string Join(IEnumerable<string> texts) => string.Join(", ", texts.Select(Escape));

    private static bool NeedsEscape(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;
}
