namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What user mode promises about an attack.</summary>
public enum Promise
{
    /// <summary>It must not succeed once.</summary>
    Stops,

    /// <summary>It succeeds, and docs/security.md says so with the number measured here.</summary>
    KnownLimit,
}
