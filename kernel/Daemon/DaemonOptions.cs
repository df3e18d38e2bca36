namespace KeychainAuth.Daemon;

/// <summary>The daemon's command line. People use <c>keychain-auth</c>; this is what it passes on.</summary>
internal sealed record DaemonOptions
{
    internal const string Usage =
        "usage: keychain-authd [--socket PATH] [--transport ID] [--verifier ID] [--store ID] [--explain-plugins [--json]]";

    internal string? Socket { get; init; }

    internal string? Transport { get; init; }

    internal string? Verifier { get; init; }

    internal string? Store { get; init; }

    /// <summary>Print which plugins would be taken, and why, and exit.</summary>
    internal bool ExplainPlugins { get; init; }

    internal bool Json { get; init; }

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    internal static DaemonOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new DaemonOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--explain-plugins" => options with { ExplainPlugins = true },
                "--json" => options with { Json = true },
                "--socket" => options with { Socket = Value(arguments, ref i) },
                "--transport" => options with { Transport = Value(arguments, ref i) },
                "--verifier" => options with { Verifier = Value(arguments, ref i) },
                "--store" => options with { Store = Value(arguments, ref i) },
                _ => throw new FormatException($"Unknown argument '{name}'."),
            };
        }

        return options;
    }

    private static string Value(ReadOnlySpan<string> arguments, ref int index)
    {
        string name = arguments[index++];
        return index < arguments.Length && arguments[index].Length > 0
            ? arguments[index]
            : throw new FormatException($"{name} needs a value.");
    }
}
