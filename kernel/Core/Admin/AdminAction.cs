namespace KeychainAuth.Core.Admin;

/// <summary>What can be asked of a system daemon.</summary>
internal static class AdminAction
{
    internal const string Status = "status";
    internal const string Policy = "policy";
    internal const string Pending = "pending";
    internal const string Update = "update";
    internal const string AuditFiles = "audit-files";
    internal const string AuditRead = "audit-read";
    internal const string Plugins = "plugins";
    internal const string Stores = "stores";
    internal const string RotateKey = "rotate-key";

    /// <summary>Lines after the answer are write requests, whose values are put into the store unless others are there.</summary>
    internal const string Import = "import";
}
