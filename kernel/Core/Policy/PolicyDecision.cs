using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Core.Policy;

/// <summary>Allowed, or refused for a reason.</summary>
/// <param name="Refusal">Null when allowed.</param>
/// <param name="Message">One sentence for a person; null when allowed.</param>
internal readonly record struct PolicyDecision(Reason? Refusal, string? Message)
{
    internal static PolicyDecision Allow { get; }

    internal bool IsAllowed => Refusal is null;

    internal static PolicyDecision Deny(Reason reason, string message) => new(reason, message);
}
