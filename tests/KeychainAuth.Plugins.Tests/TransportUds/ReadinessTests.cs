using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.TransportUds.Linux;
using KeychainAuth.Plugins.TransportUds.MacOS;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>Waiting for a socket, by epoll and as macOS does it: the runtime's socket is the same on both.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReadinessTests : IAsyncLifetime
{
    // asm-generic/errno-base.h
    private const int Epipe = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Much = new byte[8 * 1024 * 1024];

    private readonly PrivateDirectory _directory = new();
    private readonly Socket _peer = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private SafeSocketHandle _handle = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string path = Path.Combine(_directory.Path, "socket");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        await _peer.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancellation);
        _handle = new LinuxSocketSystem().Accept(listener.SafeHandle);
        Assert.False(_handle.IsInvalid);
    }

    public ValueTask DisposeAsync()
    {
        _peer.Dispose();
        _handle.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_BytesComeAndGo_EndsEachTime(bool epoll)
    {
        using IReadiness readiness = Create(epoll);
        for (int round = 0; round < 100; round++)
        {
            Task<int> waiting = readiness.WaitUntilReadableAsync(Cancellation).AsTask();
            await _peer.SendAsync(new byte[] { 1 }, Cancellation);
            Assert.Equal(0, await waiting.WaitAsync(Patience, Cancellation));
            Assert.Equal(1, Receive());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_BytesWereThereOrThePeerIsGone_Ends(bool epoll)
    {
        using IReadiness readiness = Create(epoll);
        await _peer.SendAsync(new byte[] { 1 }, Cancellation);
        Assert.Equal(0, await WaitAsync(readiness));
        Assert.Equal(1, Receive());
        Task<int> waiting = readiness.WaitUntilReadableAsync(Cancellation).AsTask();
        _peer.Dispose();
        Assert.Equal(0, await waiting.WaitAsync(Patience, Cancellation));
        Assert.Equal(0, Receive());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_GivenUp_EndsAndTheNextOneIsWhole(bool epoll)
    {
        using IReadiness readiness = Create(epoll);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => readiness.WaitUntilReadableAsync(new CancellationToken(canceled: true)).AsTask());
        for (int round = 0; round < 500; round++)
        {
            using CancellationTokenSource given = new();
            Task<int> waiting = readiness.WaitUntilReadableAsync(given.Token).AsTask();
            Task canceling = given.CancelAsync();
            await _peer.SendAsync(new byte[] { 1 }, Cancellation);
            try
            {
                Assert.Equal(0, await waiting.WaitAsync(Patience, Cancellation));
            }
            catch (OperationCanceledException) when (given.IsCancellationRequested && !Cancellation.IsCancellationRequested)
            {
                // One of the two came first; what matters is the wait after it.
            }

            await canceling;
            Assert.Equal(0, await WaitAsync(readiness));
            Assert.Equal(1, Receive());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_PeerDoesNotReadYet_WaitsBesideAWaitToRead(bool epoll)
    {
        using IReadiness readiness = Create(epoll);
        Task<int> reading = readiness.WaitUntilReadableAsync(Cancellation).AsTask();
        while (new LinuxSocketSystem().Send(_handle, Much) > 0)
        {
        }

        Task<int> sending = readiness.SendAsync(Much, Cancellation).AsTask();
        Assert.False(sending.IsCompleted);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task draining = DrainAsync(enough.Token);
        Assert.InRange(await sending.WaitAsync(Patience, Cancellation), 1, Much.Length);
        await enough.CancelAsync();
        await draining;
        Assert.False(reading.IsCompleted);
        await _peer.SendAsync(new byte[] { 1 }, Cancellation);
        Assert.Equal(0, await reading.WaitAsync(Patience, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_PeerIsGone_SaysWhy(bool epoll)
    {
        using IReadiness readiness = Create(epoll);

        // Shut down as well: a process that another test is just starting may hold a copy for a moment.
        _peer.Shutdown(SocketShutdown.Both);
        _peer.Dispose();
        Assert.Equal(-Epipe, await readiness.SendAsync(new byte[] { 1 }, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileSomebodyWaits_EndsTheWaitAndThoseAfterIt(bool epoll)
    {
        IReadiness readiness = Create(epoll);
        Task<int> waiting = readiness.WaitUntilReadableAsync(Cancellation).AsTask();
        readiness.Dispose();
        readiness.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Patience, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => readiness.WaitUntilReadableAsync(Cancellation).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => readiness.SendAsync(Much, Cancellation).AsTask());
    }

    private static Task<int> WaitAsync(IReadiness readiness) => readiness.WaitUntilReadableAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private async Task DrainAsync(CancellationToken enough)
    {
        byte[] buffer = new byte[1 << 20];
        try
        {
            while (await _peer.ReceiveAsync(buffer, enough) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private IReadiness Create(bool epoll) => epoll ? new EpollReadiness(new LinuxSocketSystem(), _handle) : new SocketReadiness(_handle);

    private int Receive() => new LinuxSocketSystem().Receive(_handle, new byte[16]);
}
