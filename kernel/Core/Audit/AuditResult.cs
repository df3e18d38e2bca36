namespace KeychainAuth.Core.Audit;

/// <summary>How what an audit record is about came out.</summary>
internal static class AuditResult
{
    /// <summary>A connection, a plugin or a change of policy was accepted.</summary>
    internal const string Accepted = "ACCEPTED";

    /// <summary>A request is about to be served; written before it takes effect.</summary>
    internal const string Granted = "GRANTED";

    internal const string Denied = "DENIED";

    internal const string Error = "ERROR";
}
