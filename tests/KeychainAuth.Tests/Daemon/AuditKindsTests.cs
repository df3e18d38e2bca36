using KeychainAuth.Core.Audit;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

/// <summary>Refusals of ever new kinds must not push everything else out of the log.</summary>
public sealed class AuditKindsTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string LogFile => _directory.Combine("data", "audit.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void AppendRefusal_EverNewServices_AreCountedTogetherInTheEnd()
    {
        using (var trail = new AuditTrail(new AuditLog(LogFile, TimeProvider.System, long.MaxValue, 1), TimeProvider.System))
        {
            for (int i = 0; i < 5000; i++)
            {
                trail.AppendRefusal(new AuditRecord { Action = "read", Result = AuditResult.Denied, Reason = "service_not_allowed", Service = $"s{i}" });
            }
        }

        List<AuditRecord> records = [.. AuditReader.Lines(LogFile).Select(l => AuditReader.Parse(l.Line)!)];
        Assert.InRange(records.Count, 1, 500);
        int counted = 5000 - (records.Count - 1);
        Assert.StartsWith($"the last of {counted} refusals", records[^1].Detail, StringComparison.Ordinal);
        Assert.Null(AuditVerifier.Verify(LogFile).Fault);
    }
}
