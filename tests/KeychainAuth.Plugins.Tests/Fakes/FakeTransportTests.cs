using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Fakes;

/// <summary>The fakes behave as the contract says where a test above them would rely on it.</summary>
public sealed class FakeTransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AcceptAsync_Connected_CarriesBytesBothWaysWithTheirSender()
    {
        await using FakeTransport transport = new();
        await using ITransportListener listener = await transport.BindAsync("here", Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using FakeClient client = transport.Connect("here", new PeerCredentials { ProcessId = 42, UserId = 7 });
        client.Send("ab"u8);
        client.Sender = new Sender(43, 7);
        client.Send("c"u8);

        await using IPeerConnection? connection = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.NotNull(connection);
        Assert.Equal(42, connection.Peer.ProcessId);
        byte[] buffer = new byte[8];
        Assert.Equal(new ReceiveResult(2, new Sender(42, 7)), await ReceiveAsync(connection, buffer));
        Assert.Equal(new ReceiveResult(1, new Sender(43, 7)), await ReceiveAsync(connection, buffer));
        Assert.Equal((byte)'c', buffer[0]);

        await connection.SendAsync(Encoding.UTF8.GetBytes("reply"), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await connection.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.Equal(5, await client.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(0, await client.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_ClientGone_EndsAndCancelsClosed()
    {
        await using FakePeerConnection connection = new();
        connection.Client.Send("x"u8);
        connection.Client.Dispose();
        byte[] buffer = new byte[8];
        Assert.Equal(1, (await ReceiveAsync(connection, buffer)).Count);
        Assert.False(connection.Closed.IsCancellationRequested);
        Assert.Equal(0, (await ReceiveAsync(connection, buffer)).Count);
        Assert.True(connection.Closed.IsCancellationRequested);
        await Assert.ThrowsAsync<TransportException>(
            () => connection.SendAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_Cancelled_LosesNoByte()
    {
        await using FakePeerConnection connection = new();
        byte[] buffer = new byte[8];
        using CancellationTokenSource impatient = new();
        Task<ReceiveResult> waiting = connection.ReceiveAsync(buffer, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancellation));
        connection.Client.Send("x"u8);
        Assert.Equal(1, (await ReceiveAsync(connection, buffer)).Count);
    }

    [Fact]
    public async Task Abort_WhileReceiving_EndsIt()
    {
        await using FakePeerConnection connection = new();
        Task<ReceiveResult> waiting = connection.ReceiveAsync(new byte[8], Cancellation).AsTask();
        connection.Abort();
        connection.Abort();
        TransportException failure = await Assert.ThrowsAsync<TransportException>(() => waiting.WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.ConnectionClosed, failure.Error);
        Assert.True(connection.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task BindAsync_Twice_IsInUseUntilDisposed()
    {
        await using FakeTransport transport = new();
        ITransportListener listener = await transport.BindAsync("here", Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        TransportException failure = await Assert.ThrowsAsync<TransportException>(
            () => transport.BindAsync("here", Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.AddressInUse, failure.Error);
        Task<IPeerConnection?> accepting = listener.AcceptAsync(Cancellation).AsTask();
        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.Null(await accepting.WaitAsync(Patience, Cancellation));
        Assert.Throws<TransportException>(() => transport.Connect("here"));
        await using ITransportListener again = await transport.BindAsync("here", Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }

    private static Task<ReceiveResult> ReceiveAsync(IPeerConnection connection, byte[] buffer) =>
        connection.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
}
