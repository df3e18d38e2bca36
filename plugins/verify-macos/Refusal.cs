using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyMacOS;

/// <summary>Why a process is not vouched for, with the sentence for log and audit record.</summary>
internal sealed record Refusal(VerificationRefusal Kind, string Message)
{
    /// <summary>The system's answers are missing, ambiguous or contradictory.</summary>
    public static Refusal Unverifiable(string message) => new(VerificationRefusal.Unverifiable, message);

    /// <summary>Somebody else decides at every read what the file contains.</summary>
    public static Refusal FileSystem(string message) => new(VerificationRefusal.FileSystemNotTrusted, message);
}
