using System.Threading.Channels;
using KeychainAuth.Cli.Diagnosis;
using KeychainAuth.Core.Audit;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

public sealed class AuditFollowTests
{
    [Fact]
    public async Task Follow_RecordsAndRotations_ArriveInOrder()
    {
        const int Count = 30;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var directory = new TestDirectory();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var arrived = Channel.CreateUnbounded<long>();
        string path = directory.Combine("audit.log");
        using var log = new AuditLog(path, TimeProvider.System, maxBytes: 1500, rotatedFiles: 100);
        using var tail = new AuditTailReader(path);
        Assert.Empty(tail.Last(10));
        Task following = Task.Run(() => tail.Follow(() => { }, line => arrived.Writer.TryWrite(AuditReader.Parse(line)!.Sequence), () => { }, stop.Token), cancellation);
        try
        {
            for (int i = 1; i <= Count; i++)
            {
                // One at a time: a follower that polls may miss a file that is rotated away twice between two looks.
                log.Append(new AuditRecord { Action = "read", Result = AuditResult.Granted });
                Assert.Equal(i, await arrived.Reader.ReadAsync(cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellation));
            }

            Assert.True(AuditReader.Files(path).Count > 2);
        }
        finally
        {
            await stop.CancelAsync();
            await following.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        }
    }

    [Fact]
    public void Last_MoreThanTheCurrentFile_ReachesIntoRotatedOnes()
    {
        using var directory = new TestDirectory();
        string path = directory.Combine("audit.log");
        using var log = new AuditLog(path, TimeProvider.System, maxBytes: 1500, rotatedFiles: 100);
        for (int i = 0; i < 30; i++)
        {
            log.Append(new AuditRecord { Action = "read", Result = AuditResult.Granted });
        }

        using var tail = new AuditTailReader(path);
        Assert.Equal(Enumerable.Range(11, 20).Select(i => (long)i), tail.Last(20).Select(l => AuditReader.Parse(l)!.Sequence));
    }
}
