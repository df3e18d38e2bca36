namespace KeychainAuth.Core.Audit;

/// <summary>What an audit record is about, beside the actions of requests.</summary>
internal static class AuditAction
{
    internal const string Connect = "connect";
    internal const string Launch = "launch";
    internal const string Config = "config";
    internal const string Plugin = "plugin";
}
