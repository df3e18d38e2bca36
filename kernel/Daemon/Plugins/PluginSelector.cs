using KeychainAuth.Daemon.Environment;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>
/// Chooses exactly one transport, one verifier and one store. Pure. A person's choice overrules priority and markers,
/// never integrity, contract or operating system.
/// </summary>
internal static class PluginSelector
{
    private static readonly PluginKind[] Kinds = [PluginKind.Transport, PluginKind.Verifier, PluginKind.Store];

    internal static PluginSelection Select(
        IReadOnlyList<PluginCandidate> candidates, HostEnvironment environment, PluginOverrides overrides)
    {
        var verdicts = new List<PluginVerdict>();
        string? fault = null;
        foreach (PluginKind kind in Kinds)
        {
            PluginCandidate[] ofKind = [.. candidates
                .Where(c => c.Manifest?.Kind == kind)
                .OrderByDescending(c => c.Manifest!.Priority)
                .ThenBy(c => c.FolderName, StringComparer.Ordinal)];
            IReadOnlyList<PluginVerdict> judged = overrides.For(kind) is { } id
                ? JudgeChosen(ofKind, id, environment)
                : JudgeByPriority(ofKind, environment);
            verdicts.AddRange(judged);
            fault ??= overrides.For(kind) is { } chosen
                ? FindFaultOfChoice(kind, judged, candidates, chosen)
                : FindFault(kind, judged, candidates, environment);
        }

        verdicts.AddRange(candidates.Where(c => c.Manifest is null).Select(Refuse));
        return new PluginSelection(verdicts, fault);
    }

    private static List<PluginVerdict> JudgeByPriority(PluginCandidate[] ofKind, HostEnvironment environment)
    {
        var verdicts = new List<PluginVerdict>();
        PluginCandidate? winner = null;
        foreach (PluginCandidate candidate in ofKind)
        {
            if (FindMismatch(candidate.Manifest!, environment) is { } mismatch)
            {
                verdicts.Add(candidate.Defect is null ? PassOver(candidate, mismatch) : Refuse(candidate));
            }
            else if (winner is not null)
            {
                verdicts.Add(candidate.Defect is null
                    ? PassOver(candidate, $"{winner.FolderName} comes first (priority {winner.Manifest!.Priority}).")
                    : Refuse(candidate));
            }
            else
            {
                winner = candidate;
                verdicts.Add(candidate.Defect is null
                    ? new PluginVerdict(candidate, PluginOutcome.Taken, $"Matches this machine (priority {candidate.Manifest!.Priority}).")
                    : Refuse(candidate));
            }
        }

        return verdicts;
    }

    private static List<PluginVerdict> JudgeChosen(PluginCandidate[] ofKind, string id, HostEnvironment environment) =>
        [.. ofKind.Select(candidate =>
        {
            if (candidate.Defect is not null)
            {
                return Refuse(candidate);
            }

            if (candidate.FolderName != id)
            {
                return PassOver(candidate, $"{id} was chosen by a person.");
            }

            return FindSystemMismatch(candidate.Manifest!, environment) is { } mismatch
                ? PassOver(candidate, mismatch)
                : new PluginVerdict(candidate, PluginOutcome.Taken, "Chosen by a person.");
        })];

    private static string? FindFaultOfChoice(
        PluginKind kind, IReadOnlyList<PluginVerdict> judged, IReadOnlyList<PluginCandidate> all, string chosen)
    {
        if (judged.Any(v => v.Outcome == PluginOutcome.Taken))
        {
            return null;
        }

        string noun = Noun(kind);
        return all.FirstOrDefault(c => c.FolderName == chosen) switch
        {
            null => $"The chosen {noun} plugin '{chosen}' was not found.",
            { Defect: { } defect } => $"The chosen {noun} plugin '{chosen}' is refused: {defect}",
            { Manifest.Kind: var other } when other != kind => $"The chosen {noun} plugin '{chosen}' is not a {noun} plugin.",
            _ => $"The chosen {noun} plugin '{chosen}' does not fit: {judged.First(v => v.Candidate.FolderName == chosen).Reason}",
        };
    }

    private static string? FindFault(
        PluginKind kind, IReadOnlyList<PluginVerdict> judged, IReadOnlyList<PluginCandidate> all, HostEnvironment environment)
    {
        // One too damaged to say what it is may have been the one that comes first: a person decides, not the damage.
        string noun = Noun(kind);
        if (all.FirstOrDefault(c => c.Manifest is null && c.HasAssembly) is { } unreadable)
        {
            return $"The plugin '{unreadable.FolderName}' is refused, and could have been the {noun}: {unreadable.Defect} Mend it, remove it, or choose the {noun} on purpose with --{noun} ID or plugins.{noun} in config.json.";
        }

        if (judged.Any(v => v.Outcome == PluginOutcome.Taken))
        {
            return null;
        }

        // A broken plugin that would have been taken: say so rather than slip to the next.
        PluginVerdict? broken = judged.FirstOrDefault(v => v.Outcome == PluginOutcome.Refused && FindMismatch(v.Candidate.Manifest!, environment) is null);
        if (broken is not null)
        {
            return $"The {noun} plugin '{broken.Candidate.FolderName}' is refused: {broken.Reason}";
        }

        string looked = judged.Count == 0 ? "none was found" : string.Join("; ", judged.Select(v => $"'{v.Candidate.FolderName}': {v.Reason}"));
        string bundled = Bundled(kind, environment);
        string missing = judged.Any(v => v.Candidate.FolderName == bundled) ? "" : $"; on this machine it would be '{bundled}'";
        return $"No {noun} plugin fits this machine ({looked}{missing}). Install one, or choose one on purpose with --{noun} ID or plugins.{noun} in config.json.";
    }

    private static string Noun(PluginKind kind) => kind switch
    {
        PluginKind.Transport => "transport",
        PluginKind.Verifier => "verifier",
        _ => "store",
    };

    private static string Bundled(PluginKind kind, HostEnvironment environment) => kind switch
    {
        PluginKind.Transport => OperatingSystem.IsWindows() ? "transport-pipe" : "transport-uds",
        PluginKind.Verifier when OperatingSystem.IsWindows() => "verify-windows",
        PluginKind.Verifier => OperatingSystem.IsMacOS() ? "verify-macos" : "verify-linux",
        _ when OperatingSystem.IsWindows() => "store-credman",
        _ when OperatingSystem.IsMacOS() => "store-keychain",
        _ => environment.Markers.Contains(EnvironmentMarker.Desktop) ? "store-secretservice" : "store-file",
    };

    private static string? FindMismatch(PluginManifest manifest, HostEnvironment environment)
    {
        if (FindSystemMismatch(manifest, environment) is { } mismatch)
        {
            return mismatch;
        }

        foreach (string requirement in manifest.Requires)
        {
            bool mustBeAbsent = requirement.StartsWith('!');
            string marker = requirement.TrimStart('!');
            if (environment.Markers.Contains(marker) == mustBeAbsent)
            {
                return mustBeAbsent ? $"It is not for an environment with '{marker}'." : $"It needs '{marker}', which is not here.";
            }
        }

        return null;
    }

    private static string? FindSystemMismatch(PluginManifest manifest, HostEnvironment environment) =>
        manifest.OperatingSystems.Count == 0 || manifest.OperatingSystems.Contains(environment.OperatingSystem)
            ? null
            : $"It is for {string.Join(", ", manifest.OperatingSystems)}, this is {environment.OperatingSystem}.";

    private static PluginVerdict PassOver(PluginCandidate candidate, string reason) => new(candidate, PluginOutcome.PassedOver, reason);

    private static PluginVerdict Refuse(PluginCandidate candidate) =>
        new(candidate, PluginOutcome.Refused, candidate.Defect ?? "Its manifest cannot be read.");
}
