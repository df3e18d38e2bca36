namespace KeychainAuth.Daemon.Plugins;

/// <summary>A candidate and what became of it.</summary>
/// <param name="Candidate">The plugin.</param>
/// <param name="Outcome">Taken, passed over, or refused.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record PluginVerdict(PluginCandidate Candidate, PluginOutcome Outcome, string Reason);
