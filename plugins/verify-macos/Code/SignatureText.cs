namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>Says to a person who signed some code, and how much that is worth.</summary>
internal static class SignatureText
{
    internal static string Describe(CodeFacts facts)
    {
        string name = facts.Identifier ?? "no identifier";
        if (!facts.IsSigned)
        {
            return "unsigned: recognised by the hash of its file alone";
        }

        if (facts.Flags.HasFlag(CodeFlags.AdHoc))
        {
            return $"signed ad hoc ({name}), by nobody: recognised by the hash of its file alone";
        }

        return facts switch
        {
            { IsApples: true, TeamId: null } => $"signed by Apple, part of the system ({name})",
            { IsApples: true } => $"signed by team {facts.TeamId} ({name}), certificate issued by Apple",
            { TeamId: null } => $"signed with a certificate that Apple did not issue ({name}): recognised by the hash of its file alone",
            _ => $"signed, and claims team {facts.TeamId} ({name}), which its certificate does not show: recognised by the hash of its file alone",
        };
    }
}
