using Xunit;

namespace KeychainAuth.Plugin.Testing.Conformance;

/// <content>Accepting, and who the peer is.</content>
public abstract partial class TransportConformance
{
    /// <summary>The peer is this very process, in the words of the operating system.</summary>
    [Fact]
    public async Task AcceptAsync_Connected_NamesThePeer()
    {
        await using ConnectedPair pair = await PairAsync();
        PeerCredentials peer = pair.Server.Peer;
        Assert.Equal(Environment.ProcessId, peer.ProcessId);
        Assert.True(peer.UserId is not null || peer.Sid is not null, "A user id or a security identifier is needed.");
        Assert.False(peer.ProcessHandle is { IsInvalid: true } or { IsClosed: true });
    }

    /// <summary>
    /// The stamp is a proof: it may be missing, and it may be old, but it must never be later than the connection.
    /// </summary>
    [Fact]
    public async Task AcceptAsync_ManyConnections_ConnectedAfterIsNeverLater()
    {
        await using ITransportListener listener = await ListenAsync();
        var connected = new List<long>();
        var clients = new List<Stream>();
        for (int i = 0; i < 100; i++)
        {
            clients.Add(await ConnectAsync(listener.Address, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
            connected.Add(TimeProvider.System.GetTimestamp());
            await clients[^1].WriteAsync(new[] { (byte)i }, Cancellation);
        }

        for (int i = 0; i < clients.Count; i++)
        {
            await using IPeerConnection connection = await AcceptAsync(listener);
            byte index = (await ReceiveExactlyAsync(connection, 1))[0];
            Assert.True(
                connection.Peer.ConnectedAfter is not { } stamp || stamp <= connected[index],
                "The connection existed at the instant at which none is said to have waited.");
            await clients[index].DisposeAsync();
        }
    }

    /// <summary>A connection made after an earlier one was accepted soon gets a stamp later than that one, where there are stamps.</summary>
    [Fact]
    public async Task AcceptAsync_Reconnected_ConnectedAfterAdvances()
    {
        await using ConnectedPair first = await PairAsync();
        if (first.Server.Peer.ConnectedAfter is null)
        {
            return;
        }

        long pinned = TimeProvider.System.GetTimestamp();
        const int ReconnectsThatClientsMake = 3;
        for (int i = 0; i <= ReconnectsThatClientsMake; i++)
        {
            await using Stream client = await ConnectAsync(first.Listener.Address, Cancellation);
            await using IPeerConnection connection = await AcceptAsync(first.Listener);
            if (connection.Peer.ConnectedAfter >= pinned)
            {
                return;
            }

            // What the daemon does with it: says "reconnect" and closes.
            await SendAsync(connection, "again"u8.ToArray());
            await client.ReadExactlyAsync(new byte[5], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        }

        Assert.Fail("An honest client would have given up.");
    }

    /// <summary>Giving up a wait loses no connection.</summary>
    [Fact]
    public async Task AcceptAsync_Cancelled_NextConnectionIsServed()
    {
        await using ITransportListener listener = await ListenAsync();
        using var impatience = new CancellationTokenSource();
        Task<IPeerConnection?> waiting = listener.AcceptAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancellation));

        await using Stream client = await ConnectAsync(listener.Address, Cancellation);
        await using IPeerConnection connection = await AcceptAsync(listener);
    }

    /// <summary>Closing ends the wait with null, and later calls too.</summary>
    [Fact]
    public async Task AcceptAsync_ListenerDisposed_Null()
    {
        ITransportListener listener = await ListenAsync();
        Task<IPeerConnection?> waiting = listener.AcceptAsync(Cancellation).AsTask();
        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.Null(await waiting.WaitAsync(Patience, Cancellation));
        Assert.Null(await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        await listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
    }

    /// <summary>Connections outlive their listener: a daemon that stops lets them finish.</summary>
    [Fact]
    public async Task DisposeAsync_ListenerWithConnection_ConnectionGoesOn()
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Listener.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await SendAsync(pair.Server, new byte[] { 1 });
        await pair.Client.ReadExactlyAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await pair.Client.WriteAsync(new byte[] { 2 }, Cancellation);
        Assert.Equal([2], await ReceiveExactlyAsync(pair.Server, 1));
    }

    /// <summary>Connections that nobody reads from do not stand in the way of others.</summary>
    [Fact]
    public async Task AcceptAsync_ManySilentConnections_NextIsServed()
    {
        await using ITransportListener listener = await ListenAsync();
        var silent = new List<(Stream Client, IPeerConnection Server)>();
        for (int i = 0; i < 50; i++)
        {
            silent.Add((await ConnectAsync(listener.Address, Cancellation), await AcceptAsync(listener)));
        }

        await using (Stream client = await ConnectAsync(listener.Address, Cancellation))
        {
            await using IPeerConnection connection = await AcceptAsync(listener);
            await client.WriteAsync(new byte[] { 9 }, Cancellation);
            Assert.Equal([9], await ReceiveExactlyAsync(connection, 1));
        }

        foreach ((Stream client, IPeerConnection server) in silent)
        {
            await client.DisposeAsync();
            await server.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        }
    }
}
