namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>
/// Whether the system keeps other programs of the same user from loading code into this one. On macOS this stands in for
/// the list of code files that Linux gives: what is protected runs its own team's and Apple's code only.
/// </summary>
internal static class CodeProtection
{
    /// <summary>Every way in that is open, as a phrase; none when it is protected.</summary>
    internal static IReadOnlyList<string> FindGaps(CodeFacts facts)
    {
        if (!facts.IsSigned)
        {
            return ["not signed: nothing is protected"];
        }

        List<string> gaps = [];
        bool isHardened = facts.Flags.HasFlag(CodeFlags.Runtime) || facts.State.HasFlag(CodeState.Platform);
        bool validates = (isHardened || facts.Flags.HasFlag(CodeFlags.LibraryValidation)) && !Has(facts, Entitlement.DisableLibraryValidation);
        bool obeysDyldVariables = !facts.Flags.HasFlag(CodeFlags.Restrict) && (!isHardened || Has(facts, Entitlement.AllowDyldEnvironment));
        AddIf(!isHardened, "no hardened runtime: other programs may read and change its memory");
        AddIf(!validates, obeysDyldVariables
            ? "no library validation, and dyld obeys its environment: any library can be inserted (DYLD_INSERT_LIBRARIES)"
            : "no library validation: it loads libraries of any signer");
        AddIf(Has(facts, Entitlement.GetTaskAllow), "get-task-allow: other programs may debug it");
        AddIf(Has(facts, Entitlement.DisablePageProtection), "disable-executable-page-protection: its code may be changed while it runs");
        AddIf(Has(facts, Entitlement.AllowUnsignedMemory), "allow-unsigned-executable-memory: it may run code that nobody signed");
        AddIf(facts.State.HasFlag(CodeState.Debugged), "it is, or was, debugged");
        return gaps;

        void AddIf(bool holds, string gap)
        {
            if (holds)
            {
                gaps.Add(gap);
            }
        }
    }

    private static bool Has(CodeFacts facts, string entitlement) => facts.Entitlements.Contains(entitlement);
}
