namespace KeychainAuth.Plugin;

/// <summary>Why a peer was not verified.</summary>
public enum VerificationRefusal
{
    /// <summary>The kernel's answer about the peer is missing, ambiguous or contradictory.</summary>
    Unverifiable,

    /// <summary>The executable lies on a file system whose contents somebody else decides at every read.</summary>
    FileSystemNotTrusted,
}
