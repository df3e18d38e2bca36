using KeychainAuth.Core.Audit;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

public sealed class AuditTrailTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly AuditTrail _trail;

    public AuditTrailTests() => _trail = new AuditTrail(new AuditLog(LogFile, _time, 1024 * 1024, 2), _time);

    private string LogFile => _directory.Combine("data", "audit.log");

    public void Dispose()
    {
        _trail.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Append_WhatTakesEffect_IsAlwaysWritten()
    {
        for (int i = 0; i < 50; i++)
        {
            _trail.Append(Refusal("/opt/a"));
        }

        Assert.Equal(50, Lines().Count);
    }

    [Fact]
    public void AppendRefusal_ManyAlike_WritesTenAndThenTheCount()
    {
        Repeat(25, "/opt/a");
        Assert.Equal(10, Lines().Count);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        _trail.Tick();
        Assert.Equal(10, Lines().Count);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        _trail.Tick();
        AuditRecord last = Lines()[^1];
        Assert.Equal(11, Lines().Count);
        Assert.Equal(("repeated 15 times", "/opt/a", "DENIED"), (last.Detail, last.BinaryPath, last.Result));
        AssertVerifies(11);
    }

    [Fact]
    public void AppendRefusal_NextWindow_IsWrittenAgain()
    {
        Repeat(11, "/opt/a");
        _time.Advance(TimeSpan.FromSeconds(10));
        _trail.Tick();
        Repeat(1, "/opt/a");
        Assert.Equal(12, Lines().Count);
    }

    [Fact]
    public void AppendRefusal_ExactlyTen_LeavesNoCount()
    {
        Repeat(10, "/opt/a");
        _time.Advance(TimeSpan.FromMinutes(1));
        _trail.Tick();
        Assert.Equal(10, Lines().Count);
    }

    [Fact]
    public void AppendRefusal_AnotherProgramReasonServiceOrUser_IsNotHiddenByTheStorm()
    {
        Repeat(100, "/opt/a");
        _trail.AppendRefusal(Refusal("/opt/b"));
        _trail.AppendRefusal(Refusal("/opt/a") with { Reason = "other" });
        _trail.AppendRefusal(Refusal("/opt/a") with { Service = "aws" });
        _trail.AppendRefusal(Refusal("/opt/a") with { UserId = 5 });
        _trail.AppendRefusal(Refusal("/opt/a") with { BinaryHash = "sha256:other" });
        _trail.AppendRefusal(Refusal("/opt/a") with { Action = "read" });
        Assert.Equal(16, Lines().Count);
    }

    // See AuditKindsTests for what becomes of the junk.
    [Fact]
    public void AppendRefusal_MoreKindsThanAreToldApart_KeepsTheCountsOfEarlierOnes()
    {
        Repeat(12, "/opt/a");
        for (int i = 0; i < 1100; i++)
        {
            _trail.AppendRefusal(Refusal($"/opt/junk{i}"));
        }

        Repeat(3, "/opt/a");
        _trail.Dispose();
        Assert.Contains(Lines(), r => r is { BinaryPath: "/opt/a", Detail: "repeated 5 times" });
        Assert.DoesNotContain(Lines(), r => r.BinaryPath == "/opt/junk1098");
    }

    [Fact]
    public void Dispose_WithCounts_WritesThem()
    {
        Repeat(12, "/opt/a");
        _trail.Dispose();
        Assert.Equal("repeated 2 times", Lines()[^1].Detail);
        AssertVerifies(11);
    }

    [Fact]
    public void Tick_LogCannotBeWritten_KeepsTheCountUntilItCan()
    {
        Repeat(12, "/opt/a");
        string aside = LogFile + ".aside";
        File.Move(LogFile, aside);
        Directory.CreateDirectory(LogFile);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Throws<AuditException>(_trail.Tick);
        Assert.Throws<AuditException>(() => _trail.Append(Refusal("/opt/a")));

        Directory.Delete(LogFile);
        File.Move(aside, LogFile);
        _trail.Tick();
        Assert.Equal("repeated 2 times", Lines()[^1].Detail);
        AssertVerifies(11);
    }

    private void Repeat(int count, string path)
    {
        for (int i = 0; i < count; i++)
        {
            _trail.AppendRefusal(Refusal(path));
        }
    }

    private static AuditRecord Refusal(string path) => new()
    {
        Action = AuditAction.Connect,
        Result = AuditResult.Denied,
        Reason = "unregistered_binary_pending_approval",
        BinaryPath = path,
        UserId = 1000,
    };

    private List<AuditRecord> Lines() => [.. AuditReader.Lines(LogFile).Select(l => AuditReader.Parse(l.Line)!)];

    private void AssertVerifies(int records) => Assert.Equal(new AuditVerification(records, null), AuditVerifier.Verify(LogFile));
}
