using System.Text.RegularExpressions;

namespace KeychainAuth.Daemon.Pending;

/// <summary>
/// Makes a command line fit to be stored and shown: arguments that look like secrets are masked. A guess by looks, and
/// on the safe side; a secret that looks like an ordinary word is not recognised.
/// </summary>
internal static partial class ArgumentMasker
{
    private const string Mask = "***";
    private const int MaxLength = 2048;

    /// <param name="arguments">The arguments of a process, the program first.</param>
    internal static string Describe(IReadOnlyList<string> arguments)
    {
        var masked = new List<string>(arguments.Count);
        bool maskNext = false;
        foreach (string argument in arguments)
        {
            if (maskNext && !argument.StartsWith('-'))
            {
                masked.Add(Mask);
                maskNext = false;
                continue;
            }

            Match named = SecretOption().Match(argument);
            maskNext = named.Success && !named.Groups["value"].Success;
            masked.Add(named.Groups["value"].Success ? named.Groups["name"].Value + "=" + Mask : MaskWithin(argument));
        }

        string line = string.Join(' ', masked);
        if (line.Length <= MaxLength)
        {
            return line;
        }

        // Half of a surrogate pair is no text that could be stored.
        return line[..(char.IsHighSurrogate(line[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] + "...";
    }

    private static string MaskWithin(string argument)
    {
        argument = UrlPassword().Replace(argument, "${start}" + Mask + "@");
        argument = Credentials().Replace(argument, "${scheme} " + Mask);
        argument = KnownToken().Replace(argument, Mask);
        return LongToken().Replace(argument, token => LooksRandom(token.Value) ? Mask : token.Value);
    }

    // Letters and digits mixed, or hexadecimal: words are neither. Base64 may hold slashes as paths do: then it gives
    // itself away by its padding, or by not beginning like a path and mixing all of its alphabet.
    private static bool LooksRandom(string token)
    {
        if (!token.Any(char.IsAsciiDigit) || !token.Any(char.IsAsciiLetter))
        {
            return false;
        }

        return !token.Contains('/', StringComparison.Ordinal)
            || token[^1] == '='
            || (token[0] != '/' && token.Length >= 32 && token.Any(char.IsAsciiLetterUpper) && token.Any(char.IsAsciiLetterLower));
    }

    [GeneratedRegex(@"^(?<name>-{0,2}[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|pwd|api[_-]?key|apikey|access[_-]?key|private[_-]?key|credential|auth)[\w.-]*)(?:[=:](?<value>.+))?$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SecretOption();

    [GeneratedRegex(@"(?:sk|pk|rk)[-_][A-Za-z0-9_-]{8,}|gh[pousr]_[A-Za-z0-9]{16,}|glpat-[A-Za-z0-9_-]{10,}|xox[abprs]-[A-Za-z0-9-]{10,}|A[KS]IA[0-9A-Z]{12,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+", RegexOptions.NonBacktracking)]
    private static partial Regex KnownToken();

    // The value of an HTTP Authorization header, wherever it stands.
    [GeneratedRegex(@"\b(?<scheme>basic|bearer|digest|negotiate)\s+\S+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Credentials();

    // Up to the last @: a password may itself hold one, or a slash.
    [GeneratedRegex(@"(?<start>[a-z][a-z0-9+.-]*://[^/@:\s]*:)\S+@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"[A-Za-z0-9+/_=-]{20,}", RegexOptions.NonBacktracking)]
    private static partial Regex LongToken();
}
