using System.Globalization;

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>What one run of the benchmarks measures, and where its results go.</summary>
internal sealed record BenchOptions
{
    internal const string Usage =
        "usage: keychain-auth-bench --tree DIR --native DIR --output DIR [--rounds N] [--scale PERCENT] [--only PART,...] [--socket PATH [--clients DIR]]";

    /// <summary>The published tree.</summary>
    internal required string Tree { get; init; }

    /// <summary>Where the C programs are.</summary>
    internal required string Native { get; init; }

    /// <summary>Where results.json, table.md and the pictures go.</summary>
    internal required string Output { get; init; }

    /// <summary>Interleaved rounds of the comparison.</summary>
    internal int Rounds { get; init; } = 5;

    /// <summary>Share of the usual number of requests, in percent.</summary>
    internal int Scale { get; init; } = 100;

    /// <summary>Names of the parts to run; empty runs all.</summary>
    internal IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Another daemon's socket, measured beside ours.</summary>
    internal string? Socket { get; init; }

    /// <summary>Where the clients are put and left, so that another daemon can be told of them; null: a private place.</summary>
    internal string? Clients { get; init; }

    internal bool Includes(string part) => Only.Count == 0 || Only.Contains(part);

    /// <summary>A number of requests, scaled; at least ten.</summary>
    internal int Count(int full) => Math.Max(10, (int)((long)full * Scale / 100));

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    internal static BenchOptions Parse(string[] arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int index = 0; index < arguments.Length; index += 2)
        {
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || index + 1 == arguments.Length)
            {
                throw new FormatException(Usage);
            }

            values[arguments[index][2..]] = arguments[index + 1];
        }

        string Required(string name) => values.Remove(name, out string? value) ? Path.GetFullPath(value) : throw new FormatException(Usage);
        int Number(string name, int otherwise) => values.Remove(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
        var options = new BenchOptions
        {
            Tree = Required("tree"),
            Native = Required("native"),
            Output = Required("output"),
            Rounds = Number("rounds", 5),
            Scale = Number("scale", 100),
            Only = values.Remove("only", out string? only) ? only.Split(',') : [],
            Socket = values.Remove("socket", out string? socket) ? socket : null,
            Clients = values.Remove("clients", out string? clients) ? Path.GetFullPath(clients) : null,
        };
        return values.Count == 0 && options is { Rounds: > 0, Scale: > 0 } ? options : throw new FormatException(Usage);
    }
}
