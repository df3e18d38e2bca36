using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>The outcome of choosing plugins: a verdict for every candidate, and what is wrong with the whole.</summary>
/// <param name="Verdicts">One per candidate, by kind and then in the order of preference.</param>
/// <param name="Fault">Why the daemon cannot start with this; null when it can.</param>
internal sealed record PluginSelection(IReadOnlyList<PluginVerdict> Verdicts, string? Fault)
{
    /// <exception cref="InvalidOperationException">The selection has a fault.</exception>
    internal PluginCandidate this[PluginKind kind] =>
        Verdicts.Single(v => v.Outcome == PluginOutcome.Taken && v.Candidate.Manifest!.Kind == kind).Candidate;
}
