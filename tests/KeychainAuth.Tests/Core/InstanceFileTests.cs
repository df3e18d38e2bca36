using System.Diagnostics;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

public sealed class InstanceFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();

    private UserPaths Paths => UserPaths.ForLinux(_directory.Path, _ => null);

    private string Socket => _directory.Combine("agent.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Find_NobodyEverRan_IsNullAndLeavesNothingBehind()
    {
        Assert.Null(InstanceFile.Find(Paths, Socket));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Find_WhileClaimed_GivesTheNote()
    {
        using (InstanceFile claim = InstanceFile.TryClaim(Paths, Socket)!)
        {
            claim.Publish(Note());
            Assert.Null(InstanceFile.TryClaim(Paths, Socket));
            Assert.Equal(Note(), InstanceFile.Find(Paths, Socket));
        }

        Assert.Null(InstanceFile.Find(Paths, Socket));
        InstanceFile.TryClaim(Paths, Socket)!.Dispose();
    }

    [Fact]
    public async Task TryClaim_WhileOthersAsk_IsNotKeptOutByThem()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        InstanceFile.TryClaim(Paths, Socket)!.Dispose();
        Task asking = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ = InstanceFile.Find(Paths, Socket);
                }
            },
            cancellation);
        try
        {
            for (int i = 0; i < 200; i++)
            {
                InstanceFile? claim = InstanceFile.TryClaim(Paths, Socket);
                Assert.NotNull(claim);
                claim.Dispose();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await asking.WaitAsync(Patience, CancellationToken.None);
        }
    }

    /// <summary>Whoever asks may be stopped just then, or wait for its turn on a busy machine.</summary>
    [Fact]
    public async Task TryClaim_SomebodyAsksForLong_WaitsForIt()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        InstanceFile.TryClaim(Paths, Socket)!.Dispose();
        using Process asker = Command.Start(
            "flock", ["--shared", Socket + ".instance.lock", "sh", "-c", "echo asks; read line"], new Dictionary<string, string>());
        Assert.Equal("asks", await asker.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(Patience, cancellation));
        Task<InstanceFile?> claiming = Task.Run(() => InstanceFile.TryClaim(Paths, Socket), cancellation);
        await Task.WhenAny(claiming, Task.Delay(TimeSpan.FromMilliseconds(500), cancellation));
        Assert.False(claiming.IsCompleted);

        asker.StandardInput.Close();
        await asker.WaitForExitAsync(cancellation).WaitAsync(Patience, cancellation);
        using InstanceFile? claim = await claiming.WaitAsync(Patience, cancellation);
        Assert.NotNull(claim);
    }

    private DaemonInstance Note() => new()
    {
        ProcessId = 1,
        Version = "4.0.0",
        Mode = "user",
        SocketPath = Socket,
        ConfigPath = "/c",
        AuditPath = "/a",
        Transport = "t",
        Verifier = "v",
        Store = "s",
        StartedAt = DateTimeOffset.UnixEpoch,
    };
}
