using System.Globalization;
using System.Text.RegularExpressions;

namespace KeychainAuth.Cli.Policy;

/// <summary>When a grant ends.</summary>
/// <param name="At">Null means never.</param>
internal sealed partial record Expiry(DateTimeOffset? At)
{
    private const string Help = "write 30m, 8h, 7d, a time such as 2027-01-31T18:00:00Z, or never";

    private const long MaxDays = 36500;
    private const long SecondsPerDay = 86400;

    /// <exception cref="CliException">It is no time, or one that has passed.</exception>
    internal static Expiry Parse(string text, DateTimeOffset now)
    {
        if (text == "never")
        {
            return new Expiry((DateTimeOffset?)null);
        }

        DateTimeOffset at = ParseDuration(text) is { } duration ? now + duration : ParseTime(text);

        // Whole seconds, as people read and write them.
        at = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        return at > now
            ? new Expiry(at)
            : throw CliException.Usage($"--until {text}: that time has passed.");
    }

    private static TimeSpan? ParseDuration(string text)
    {
        if (!Duration().IsMatch(text))
        {
            return null;
        }

        long seconds = long.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture) * text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => SecondsPerDay,
        };
        return seconds is >= 1 and <= MaxDays * SecondsPerDay
            ? TimeSpan.FromSeconds(seconds)
            : throw CliException.Usage($"--until {text}: a duration is one second at least and {MaxDays} days at most.");
    }

    private static DateTimeOffset ParseTime(string text) =>
        Rfc3339().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? at
            : throw CliException.Usage($"--until '{text}' is no time: {Help}.");

    [GeneratedRegex("^[0-9]{1,8}[smhd]$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    // The offset is required: a time of day without one means something else on another machine.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
