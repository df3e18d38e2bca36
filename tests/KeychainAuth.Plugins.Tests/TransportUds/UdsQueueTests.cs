using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsQueueTests : UdsTest
{
    [Fact]
    public async Task TryAccept_Connections_StampedWithTheLastEmptyQueue()
    {
        await using BoundSocket bound = BoundSocket.Bind(SocketSystems.Current, Place.Socket, 16, SocketAccess.OwnerAlone, TimeProvider.System, Log);
        var time = new ManualTime();
        var queue = new ConnectionQueue(SocketSystems.Current, bound.Handle, time);

        using Socket early = await ConnectAsync(Place.Socket);
        Take(queue, expected: null);
        time.Now = 10;
        Assert.Null(queue.TryAccept(out _, out _));

        using Socket second = await ConnectAsync(Place.Socket);
        using Socket third = await ConnectAsync(Place.Socket);
        time.Now = 20;
        Take(queue, expected: 10);
        time.Now = 30;
        Take(queue, expected: 10); // The queue was never seen empty between the two.
        time.Now = 40;
        Assert.Null(queue.TryAccept(out long? stamp, out _));
        Assert.Equal(10, stamp);

        using Socket fourth = await ConnectAsync(Place.Socket);
        time.Now = 50;
        Take(queue, expected: 40);
    }

    /// <summary>More than the daemon holds ready while nobody takes any: none is lost, and the order stays.</summary>
    [Fact]
    public async Task AcceptAsync_MoreThanTheHandOverHolds_AllAreServedInOrder()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        var clients = new List<Socket>();
        for (byte i = 0; i < 120; i++)
        {
            clients.Add(await ConnectAsync(Place.Socket));
            await clients[^1].SendAsync(new[] { i }, Cancellation);
        }

        for (byte i = 0; i < 120; i++)
        {
            await using IPeerConnection connection = await AcceptAsync(listener);
            byte[] index = new byte[1];
            await ReceiveAsync(connection, index);
            Assert.Equal(i, index[0]);
            clients[i].Dispose();
        }
    }

    [Fact]
    public async Task DisposeAsync_ConnectionsNobodyTook_AreClosed()
    {
        ITransportListener listener = await BindAsync(Place.Socket);
        var clients = new List<Socket>();
        for (int i = 0; i < 100; i++)
        {
            clients.Add(await ConnectAsync(Place.Socket));
        }

        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        foreach (Socket client in clients)
        {
            try
            {
                Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Those still in the kernel's queue.
            }

            client.Dispose();
        }
    }

    private static void Take(ConnectionQueue queue, long? expected)
    {
        using SafeSocketHandle? accepted = queue.TryAccept(out long? connectedAfter, out int error);
        Assert.NotNull(accepted);
        Assert.Equal(0, error);
        Assert.Equal(expected, connectedAfter);
    }
}
