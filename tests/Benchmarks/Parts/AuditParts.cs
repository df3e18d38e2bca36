using BenchmarkDotNet.Attributes;
using KeychainAuth.Core.Audit;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>Appending to the log: lock, stat, serialise, hash, write.</summary>
public class AuditParts
{
    private const int Burst = 64;

    private static readonly AuditRecord Record = new()
    {
        Action = "read",
        Result = AuditResult.Granted,
        ProcessId = 4711,
        UserId = 1000,
        BinaryPath = "/usr/local/bin/tool",
        BinaryHash = "sha256:" + new string('a', 64),
        Service = "demo",
        Targets = ["prod/key"],
        Connection = 17,
    };

    private readonly TestDirectory _directory = new();
    private readonly AuditRecord[] _burst = [.. Enumerable.Repeat(Record, Burst)];
    private AuditLog? _log;

    [GlobalSetup]
    public void Open() => _log = new AuditLog(_directory.Combine("data", "audit.log"), TimeProvider.System, 16 * 1024 * 1024, 2);

    [GlobalCleanup]
    public void CleanUp()
    {
        _log!.Dispose();
        _directory.Dispose();
    }

    [Benchmark]
    public void AppendOne() => _log!.Append(Record);

    [Benchmark(OperationsPerInvoke = Burst)]
    public void AppendInABurstOf64() => _log!.Append(_burst);
}
