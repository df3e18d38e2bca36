using System.Globalization;

namespace KeychainAuth.Core.Audit;

/// <summary>How the log writes an instant: RFC 3339, UTC, nine digits of a second, of which .NET knows seven.</summary>
internal static class AuditTimestamp
{
    /// <summary>How long each is.</summary>
    internal const int Length = 30;

    internal static void Format(DateTimeOffset time, Span<char> text)
    {
        if (!time.UtcDateTime.TryFormat(text, out int written, "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture)
            || !"00Z".TryCopyTo(text[written..]))
        {
            throw new ArgumentException($"A timestamp needs {Length} characters.", nameof(text));
        }
    }
}
