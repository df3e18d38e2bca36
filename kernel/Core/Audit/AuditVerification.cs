namespace KeychainAuth.Core.Audit;

/// <summary>The outcome of checking the chain.</summary>
/// <param name="Records">How many records were found intact, from the oldest on.</param>
/// <param name="Fault">The first thing that is wrong, with file and line; null when nothing is.</param>
internal sealed record AuditVerification(long Records, string? Fault);
