namespace KeychainAuth.Cli.Policy;

/// <summary>What a person wants to give to a program, or to take from it. Names are valid.</summary>
internal sealed record Grants
{
    internal IReadOnlyList<string> Read { get; init; } = [];

    internal IReadOnlyList<string> Write { get; init; } = [];

    internal bool Search { get; init; }

    internal IReadOnlyList<(string Service, string Pattern)> Targets { get; init; } = [];

    internal Expiry? Until { get; init; }

    internal bool IsEmpty => Read.Count == 0 && Write.Count == 0 && !Search && Targets.Count == 0 && Until is null;
}
