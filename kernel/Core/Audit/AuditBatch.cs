namespace KeychainAuth.Core.Audit;

/// <summary>Records that one caller wants written, and what came of it. Guarded by the log's write lock.</summary>
internal sealed class AuditBatch(IReadOnlyList<AuditRecord> records)
{
    internal IReadOnlyList<AuditRecord> Records { get; } = records;

    internal bool IsDone { get; set; }

    /// <summary>Why the records are not in the log.</summary>
    internal Exception? Failure { get; set; }
}
