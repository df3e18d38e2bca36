using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Core.Policy;

/// <summary>What an entry of config.json permits. Pure: everything it depends on is an argument.</summary>
internal static class PolicyEvaluator
{
    /// <summary>Judges a request as far as it can be judged before the store is asked.</summary>
    /// <remarks>What a prefix or a search matches is judged by <see cref="EvaluateMatches"/> afterwards.</remarks>
    internal static PolicyDecision Evaluate(BinaryEntry entry, RequestMessage request, DateTimeOffset now)
    {
        if (entry.ExpiresAt is { } expiry && expiry <= now)
        {
            return PolicyDecision.Deny(Reason.GrantExpired, $"The grant of this program ended at {expiry.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.");
        }

        if (request.Action == RequestAction.Check)
        {
            return PolicyDecision.Allow;
        }

        if (!AllowedServices(entry, request.Action).Contains(request.Service))
        {
            string verb = ProtocolNames.Name(request.Action);
            return PolicyDecision.Deny(Reason.ServiceNotAllowed, $"This program may not {verb} in service '{request.Service}'.");
        }

        if (NeedsSearch(request) && !entry.CanSearch)
        {
            return PolicyDecision.Deny(Reason.ActionNotInPolicy, "This program may not search, nor match by prefix.");
        }

        return NeedsSearch(request) ? PolicyDecision.Allow : EvaluateMatches(entry, request.Service, request.Targets);
    }

    /// <summary>Judges targets: all must fit where the entry limits them, or none is served.</summary>
    internal static PolicyDecision EvaluateMatches(BinaryEntry entry, string service, IEnumerable<string> targets)
    {
        if (entry.AllowedTargets is null || !entry.AllowedTargets.TryGetValue(service, out List<string>? patterns))
        {
            return PolicyDecision.Allow;
        }

        return targets.All(target => patterns.Exists(pattern => TargetPattern.IsMatch(pattern, target)))
            ? PolicyDecision.Allow
            : PolicyDecision.Deny(Reason.TargetNotAllowed, $"A target lies outside what this program may use in service '{service}'.");
    }

    /// <summary>The services an entry names at all, in ordinal order.</summary>
    internal static IEnumerable<string> Services(BinaryEntry entry) =>
        entry.AllowedReadServices.Concat(entry.AllowedWriteServices).Distinct().Order(StringComparer.Ordinal);

    internal static bool CanRead(BinaryEntry entry, string service) => entry.AllowedReadServices.Contains(service);

    internal static bool CanWrite(BinaryEntry entry, string service) => entry.AllowedWriteServices.Contains(service);

    internal static bool CanSearch(BinaryEntry entry, string service) => entry.CanSearch && CanRead(entry, service);

    private static List<string> AllowedServices(BinaryEntry entry, RequestAction action) =>
        action is RequestAction.Write or RequestAction.Delete ? entry.AllowedWriteServices : entry.AllowedReadServices;

    private static bool NeedsSearch(RequestMessage request) => request.IsPrefix || request.Action == RequestAction.Search;
}
