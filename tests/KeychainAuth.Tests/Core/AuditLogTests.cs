using System.Runtime.Versioning;
using KeychainAuth.Core.Audit;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

[SupportedOSPlatform("linux")]
public sealed class AuditLogTests : IDisposable
{
    private const long NoRotation = long.MaxValue;

    private readonly TestDirectory _directory = new();

    private string Path => _directory.Combine("audit.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Append_FirstRecords_FormAChainFromGenesis()
    {
        using AuditLog log = Open(NoRotation);
        log.Append(Record("one"));
        log.Append(Record("two"));

        AuditRecord[] records = ReadAll();
        Assert.Equal([1L, 2L], records.Select(r => r.Sequence));
        Assert.Equal(AuditChain.Genesis, records[0].Previous);
        Assert.Equal("2026-05-21T12:00:00.000000000Z", records[0].Timestamp);
        Assert.Equal(new AuditVerification(2, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Append_FileIsNew_IsPrivate()
    {
        using AuditLog log = Open(NoRotation);
        log.Append(Record("one"));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void Append_TwoWriters_ContinueEachOthersChain()
    {
        using AuditLog one = Open(NoRotation);
        using AuditLog other = Open(NoRotation);
        for (int i = 0; i < 20; i++)
        {
            (i % 3 == 0 ? one : other).Append(Record($"{i}"));
        }

        Assert.Equal(new AuditVerification(20, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public async Task Append_WritersAtOnceWithRotation_KeepOneChain()
    {
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            using AuditLog log = Open(4096);
            for (int i = 0; i < 25; i++)
            {
                log.Append(Record($"{writer}-{i}"));
            }
        }))];
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(AuditReader.Files(Path).Count > 1);
        Assert.Equal(new AuditVerification(100, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Append_ManyAtOnce_AreOneWriteInTheirOrder()
    {
        using AuditLog log = Open(NoRotation);
        log.Append(Record("before"));
        log.Append([.. Enumerable.Range(0, 100).Select(i => Record($"{i}"))]);
        Assert.Equal(["before", .. Enumerable.Range(0, 100).Select(i => $"{i}")], ReadAll().Select(r => r.Reason));
        Assert.Equal(new AuditVerification(101, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Append_ManyAtOnceBeyondTheSize_RotatesInBetween()
    {
        using AuditLog log = Open(1024);
        log.Append([.. Enumerable.Range(0, 40).Select(i => Record($"{i}"))]);
        Assert.True(AuditReader.Files(Path).Count > 5);
        Assert.All(AuditReader.Files(Path), f => Assert.True(new FileInfo(f).Length <= 1024));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), ReadAll().Select(r => r.Reason));
        Assert.Equal(new AuditVerification(40, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public async Task Append_FromManyThreads_NobodyReturnsBeforeItsRecordIsThere()
    {
        using AuditLog log = Open(NoRotation);
        Task[] writers = [.. Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                log.Append(Record($"{writer}-{i}"));
                Assert.Contains($"\"{writer}-{i}\"", File.ReadAllText(Path), StringComparison.Ordinal);
            }
        }))];
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(new AuditVerification(400, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Append_AnyRecord_ReadsBackAsItWas()
    {
        var record = new AuditRecord
        {
            Action = "read",
            Result = AuditResult.Granted,
            ProcessId = 4711,
            UserId = uint.MaxValue,
            BinaryPath = "/opt/t\u00f6\u00f6l \"x\"",
            BinaryHash = "sha256:aa",
            Service = "demo",
            Targets = ["a", "b\n"],
            Reason = "because",
            Detail = "<&>",
            Connection = long.MaxValue,
            DurationMicroseconds = 0,
        };
        using AuditLog log = Open(NoRotation);
        log.Append(record);
        AuditRecord read = Assert.Single(ReadAll());
        Assert.Equal(record.Targets, read.Targets);
        Assert.Equal(
            record with { Targets = null, Timestamp = "2026-05-21T12:00:00.000000000Z", Sequence = 1, Previous = AuditChain.Genesis },
            read with { Targets = null });
    }

    [Fact]
    public void Append_BeyondTheSize_RotatesAndForgetsTheOldest()
    {
        using AuditLog log = Open(1024, rotatedFiles: 2);
        for (int i = 0; i < 40; i++)
        {
            log.Append(Record($"{i}"));
        }

        Assert.Equal(3, AuditReader.Files(Path).Count);
        Assert.All(AuditReader.Files(Path), f => Assert.True(new FileInfo(f).Length <= 1024));
        AuditVerification verification = AuditVerifier.Verify(Path);
        Assert.Null(verification.Fault);
        Assert.Equal(40, ReadAll()[^1].Sequence);
    }

    [Fact]
    public void Append_AfterATornRecord_RemovesItAndSaysSo()
    {
        using (AuditLog log = Open(NoRotation))
        {
            log.Append(Record("whole"));
        }

        File.AppendAllText(Path, """{"timestamp":"2026""");
        Assert.NotNull(AuditVerifier.Verify(Path).Fault);
        using (AuditLog log = Open(NoRotation))
        {
            log.Append(Record("after"));
        }

        AuditRecord[] records = ReadAll();
        Assert.Equal(["whole", "torn_record_removed", "after"], records.Select(r => r.Reason));
        Assert.Equal(new AuditVerification(3, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Append_LogMovedAwayMeanwhile_StartsAnew()
    {
        using AuditLog log = Open(NoRotation);
        log.Append(Record("one"));
        File.Move(Path, _directory.Combine("taken-away"));
        log.Append(Record("two"));
        Assert.Equal("two", Assert.Single(ReadAll()).Reason);
    }

    [Fact]
    public void Append_PathIsALink_Throws()
    {
        string target = _directory.Combine("target");
        File.WriteAllText(target, "");
        File.CreateSymbolicLink(Path, target);
        using AuditLog log = Open(NoRotation);
        Assert.Throws<AuditException>(() => log.Append(Record("one")));
        Assert.Equal("", File.ReadAllText(target));
    }

    [Fact]
    public void Append_PathIsADirectory_Throws()
    {
        Directory.CreateDirectory(Path);
        using AuditLog log = Open(NoRotation);
        Assert.Throws<AuditException>(() => log.Append(Record("one")));
    }

    [Fact]
    public void Append_HostileText_StaysOneLineOfPlainAscii()
    {
        using AuditLog log = Open(NoRotation);
        log.Append(Record("a\nb\u001b[31m\u2028\u202e\"") with { BinaryPath = "/tmp/\r\n{}" });
        string text = File.ReadAllText(Path);
        Assert.Equal(1, text.Count(c => c == '\n'));
        Assert.All(text.TrimEnd('\n'), c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Verify_ChangedRecord_IsFound(int index)
    {
        string[] lines = WriteThree();
        lines[index] = lines[index].Replace("DENIED", "GRANTED", StringComparison.Ordinal);
        File.WriteAllLines(Path, lines);
        AuditVerification verification = AuditVerifier.Verify(Path);
        Assert.Equal(index + 1, verification.Records);
        Assert.Contains($"line {index + 2}", verification.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_RemovedRecord_IsFound()
    {
        string[] lines = WriteThree();
        File.WriteAllLines(Path, [lines[0], lines[2]]);
        Assert.Contains("record 3 stands where 2 should", AuditVerifier.Verify(Path).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_FirstRecordRemoved_IsFoundOnlyAsALaterBeginning()
    {
        // The oldest file may have been rotated away, so a log that begins later is no damage by itself.
        string[] lines = WriteThree();
        File.WriteAllLines(Path, lines[1..]);
        Assert.Equal(new AuditVerification(2, null), AuditVerifier.Verify(Path));
    }

    [Fact]
    public void Verify_ForeignLine_IsFound()
    {
        string[] lines = WriteThree();
        File.WriteAllLines(Path, [lines[0], "hello", lines[1]]);
        Assert.Contains("no audit record", AuditVerifier.Verify(Path).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoLog_IsIntact() => Assert.Equal(new AuditVerification(0, null), AuditVerifier.Verify(Path));

    private string[] WriteThree()
    {
        using AuditLog log = Open(NoRotation);
        foreach (string reason in new[] { "one", "two", "three" })
        {
            log.Append(Record(reason));
        }

        return File.ReadAllLines(Path);
    }

    private AuditLog Open(long maxBytes, int rotatedFiles = 50) => new(Path, new ManualTime(), maxBytes, rotatedFiles);

    private AuditRecord[] ReadAll() =>
        [.. AuditReader.Files(Path).SelectMany(AuditReader.Lines).Select(l => AuditReader.Parse(l.Line)!)];

    private static AuditRecord Record(string reason) => new() { Action = "read", Result = AuditResult.Denied, Reason = reason };
}
