using System.Globalization;

namespace KeychainAuth.Soak;

/// <summary>What a soak runs on, and for how long.</summary>
internal sealed record SoakOptions(string Tree, string Programs, string Client, string Report, TimeSpan Duration)
{
    internal const string Usage = "usage: keychain-auth-soak --tree DIR --programs DIR --client FILE --report FILE --minutes N";

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    internal static SoakOptions Parse(string[] arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int index = 0; index + 1 < arguments.Length; index += 2)
        {
            values[arguments[index]] = arguments[index + 1];
        }

        string Value(string name) => values.TryGetValue(name, out string? value) ? value : throw new FormatException(Usage);
        return new SoakOptions(
            Path.GetFullPath(Value("--tree")),
            Path.GetFullPath(Value("--programs")),
            Path.GetFullPath(Value("--client")),
            Path.GetFullPath(Value("--report")),
            TimeSpan.FromMinutes(double.Parse(Value("--minutes"), CultureInfo.InvariantCulture)));
    }
}
