using Xunit;

namespace KeychainAuth.Plugin.Testing.Conformance;

/// <content>How connections end.</content>
public abstract partial class TransportConformance
{
    /// <summary>The line sent last is read by a peer that has sent much that nobody read.</summary>
    /// <param name="unread">How many bytes it has sent.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task DisposeAsync_UnreadBytes_LastLineIsDelivered(int unread)
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Client.WriteAsync(Pattern(unread), Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        byte[] line = "{\"type\":\"RESPONSE\",\"status\":\"denied\"}\n"u8.ToArray();
        await SendAsync(pair.Server, line);
        Task closing = pair.Server.DisposeAsync().AsTask();

        byte[] read = new byte[line.Length];
        await pair.Client.ReadExactlyAsync(read, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.Equal(line, read);
        Assert.Equal(0, await pair.Client.ReadAsync(read, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        await closing.WaitAsync(Patience, Cancellation);
    }

    /// <summary>A peer that never stops sending does not keep the connection open.</summary>
    [Fact]
    public async Task DisposeAsync_PeerSendsForEver_Ends()
    {
        await using ConnectedPair pair = await PairAsync();
        Task flood = Task.Run(
            async () =>
            {
                byte[] chunk = new byte[65536];
                while (true)
                {
                    await pair.Client.WriteAsync(chunk, Cancellation);
                }
            },
            Cancellation);
        await ReceiveExactlyAsync(pair.Server, 1);
        await pair.Server.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(() => flood.WaitAsync(Patience, Cancellation));
    }

    /// <summary>Disposing ends the connection for whoever watches it, and may be repeated.</summary>
    [Fact]
    public async Task DisposeAsync_Twice_ClosedOnce()
    {
        await using ConnectedPair pair = await PairAsync();
        Assert.False(pair.Server.Closed.IsCancellationRequested);
        await pair.Server.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await pair.Server.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        Assert.True(pair.Server.Closed.IsCancellationRequested);
        Assert.True(pair.Server.Peer.ProcessHandle?.IsClosed ?? true);
    }

    /// <summary>Aborting ends a wait for bytes with an error of its own kind, from any thread, and may be repeated.</summary>
    [Fact]
    public async Task Abort_WhileReceiving_ConnectionClosed()
    {
        await using ConnectedPair pair = await PairAsync();
        Task<ReceiveResult> waiting = pair.Server.ReceiveAsync(new byte[1], Cancellation).AsTask();
        pair.Server.Abort();
        pair.Server.Abort();
        TransportException broken = await Assert.ThrowsAsync<TransportException>(() => waiting.WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.ConnectionClosed, broken.Error);
        Assert.True(pair.Server.Closed.IsCancellationRequested);

        broken = await Assert.ThrowsAsync<TransportException>(() => ReceiveAsync(pair.Server, new byte[1]));
        Assert.Equal(TransportError.ConnectionClosed, broken.Error);
        broken = await Assert.ThrowsAsync<TransportException>(() => SendAsync(pair.Server, new byte[1]));
        Assert.Equal(TransportError.ConnectionClosed, broken.Error);
    }

    /// <summary>After an abort the peer finds the end.</summary>
    [Fact]
    public async Task Abort_Connected_PeerFindsTheEnd()
    {
        await using ConnectedPair pair = await PairAsync();
        pair.Server.Abort();
        try
        {
            Assert.Equal(0, await pair.Client.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }
}
