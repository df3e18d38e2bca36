using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

/// <summary>
/// The wall clock is set, forward by years or back by years, while the daemon runs. What it may decide is only what a
/// person wrote as a date; order, windows and freshness must not depend on it.
/// </summary>
public sealed class ClockJumpTests : IDisposable
{
    private static readonly TimeSpan Years = TimeSpan.FromDays(3650);
    private static readonly string Hash = "sha256:" + new string('a', 64);

    private readonly TestDirectory _directory = new();
    private readonly JumpingTime _time = new();

    public static TheoryData<int> Directions => [1, -1];

    private string LogFile => _directory.Combine("data", "audit.log");

    private string ConfigPath => _directory.Combine("config.json");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Directions))]
    public void Audit_ClockJumps_KeepsItsOrderAndItsChain(int direction)
    {
        using (var log = new AuditLog(LogFile, _time, 1024, rotatedFiles: 50))
        {
            for (int record = 0; record < 20; record++)
            {
                log.Append(new AuditRecord { Action = "read", Result = AuditResult.Granted, Reason = $"{record}" });
                _time.Jump(Years * direction / 10);
            }
        }

        Assert.Equal(new AuditVerification(20, null), AuditVerifier.Verify(LogFile));
        AuditRecord[] records = [.. AuditReader.Files(LogFile).SelectMany(AuditReader.Lines).Select(l => AuditReader.Parse(l.Line)!)];
        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"{n}"), records.Select(r => r.Reason));
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void AuditTrail_ClockJumps_CountsRefusalsAsBefore(int direction)
    {
        using var trail = new AuditTrail(new AuditLog(LogFile, _time, 1024 * 1024, 2), _time);
        Refuse(trail, 25);
        _time.Jump(Years * direction);
        trail.Tick();
        Refuse(trail, 5);
        Assert.Equal(10, Count());

        _time.Pass(TimeSpan.FromSeconds(10));
        trail.Tick();
        Assert.Equal(11, Count());
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void Policy_EditedAfterAJump_IsSeenAtOnce(int direction)
    {
        var source = new PolicySource(ConfigPath, _time, _ => { });
        for (int edit = 0; edit < 50; edit++)
        {
            string path = $"/opt/tool{edit % 10}";
            Write(path);
            Assert.NotNull(source.Current().Find(new BinaryIdentity(Hash, path)));
            _time.Jump(Years * direction / 50);
        }
    }

    // A grant that ends at a date ends when the clock says so, and only then. Going back makes it valid again, which is
    // what the date says; the log shows both.
    [Fact]
    public void Grant_ClockJumpsBeyondItsEndAndBack_FollowsTheClock()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["demo"], ExpiresAt = _time.GetUtcNow() + TimeSpan.FromHours(1) };
        using var request = new RequestMessage { Action = RequestAction.Read, Service = "demo", IsPrefix = false, Targets = ["k"] };
        Assert.True(PolicyEvaluator.Evaluate(entry, request, _time.GetUtcNow()).IsAllowed);
        _time.Jump(Years);
        Assert.Equal(Reason.GrantExpired, PolicyEvaluator.Evaluate(entry, request, _time.GetUtcNow()).Refusal);
        _time.Jump(-Years);
        Assert.True(PolicyEvaluator.Evaluate(entry, request, _time.GetUtcNow()).IsAllowed);
    }

    [Fact]
    public void Pending_ClockJumpsBack_KeepsWhatWaits()
    {
        var queue = new PendingQueue(_directory.Combine("pending.json"), _time);
        Assert.True(queue.Add(new PendingEntry { Path = "/opt/tool", Hash = Hash, Timestamp = _time.GetUtcNow(), Attempts = 1 }));
        _time.Jump(-Years);
        Assert.Equal("/opt/tool", Assert.Single(queue.Read()).Path);
    }

    private static void Refuse(AuditTrail trail, int times)
    {
        for (int time = 0; time < times; time++)
        {
            trail.AppendRefusal(new AuditRecord { Action = "read", Result = AuditResult.Denied, Reason = "service_not_allowed", BinaryPath = "/opt/a" });
        }
    }

    private int Count() => AuditReader.Lines(LogFile).Count();

    private void Write(string path) => ConfigFile.At(ConfigPath).Update(config =>
    {
        config.RegisteredBinaries.Clear();
        config.RegisteredBinaries.Add(new BinaryEntry { Path = path, Hash = Hash });
        return true;
    });

    /// <summary>A wall clock that can be set, beside a monotonic one that only ever goes on.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private DateTimeOffset _wall = DateTimeOffset.UtcNow;
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _ticks;

        internal void Jump(TimeSpan by) => _wall += by;

        internal void Pass(TimeSpan time)
        {
            _wall += time;
            _ticks += time.Ticks;
        }
    }
}
