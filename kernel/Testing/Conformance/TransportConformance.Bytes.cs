using Xunit;

namespace KeychainAuth.Plugin.Testing.Conformance;

/// <content>Bytes in both directions.</content>
public abstract partial class TransportConformance
{
    /// <summary>Every byte, once, in order, whatever the pieces.</summary>
    /// <param name="count">How many.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(3_000_001)]
    public async Task ReceiveAsync_BytesSent_ArriveInOrder(int count)
    {
        await using ConnectedPair pair = await PairAsync();
        byte[] sent = Pattern(count);
        Task writing = pair.Client.WriteAsync(sent, Cancellation).AsTask();
        byte[] received = await ReceiveExactlyAsync(pair.Server, count);
        await writing.WaitAsync(Patience, Cancellation);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    /// <summary>A transport that can tell who wrote names the process that did.</summary>
    [Fact]
    public async Task ReceiveAsync_BytesOfThisProcess_SenderIsThisProcess()
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Client.WriteAsync(new byte[] { 1 }, Cancellation);
        ReceiveResult result = await ReceiveAsync(pair.Server, new byte[16]);
        Assert.Equal(1, result.Count);
        if (result.Sender is { } sender)
        {
            Assert.Equal(Environment.ProcessId, sender.ProcessId);
            Assert.Equal(pair.Server.Peer.UserId, sender.UserId);
        }
    }

    /// <summary>Giving up a read loses no byte.</summary>
    [Fact]
    public async Task ReceiveAsync_Cancelled_NoByteIsLost()
    {
        await using ConnectedPair pair = await PairAsync();
        for (byte i = 0; i < 20; i++)
        {
            using var impatience = new CancellationTokenSource();
            Task<ReceiveResult> waiting = pair.Server.ReceiveAsync(new byte[1], impatience.Token).AsTask();
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience, Cancellation));
            await pair.Client.WriteAsync(new[] { i }, Cancellation);
            Assert.Equal([i], await ReceiveExactlyAsync(pair.Server, 1));
        }
    }

    /// <summary>A read that is too small for what is there leaves the rest for the next.</summary>
    [Fact]
    public async Task ReceiveAsync_SmallBuffer_RestStays()
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Client.WriteAsync("abc"u8.ToArray(), Cancellation);
        Assert.Equal("ab"u8.ToArray(), await ReceiveExactlyAsync(pair.Server, 2));
        Assert.Equal("c"u8.ToArray(), await ReceiveExactlyAsync(pair.Server, 1));
    }

    /// <summary>What the peer wrote before it closed is read first; then comes the end, again at each call.</summary>
    [Fact]
    public async Task ReceiveAsync_PeerClosed_LastBytesThenEnd()
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Client.WriteAsync("last"u8.ToArray(), Cancellation);
        await pair.Client.DisposeAsync();
        Assert.Equal("last"u8.ToArray(), await ReceiveExactlyAsync(pair.Server, 4));
        Assert.Equal(0, (await ReceiveAsync(pair.Server, new byte[1])).Count);
        Assert.Equal(0, (await ReceiveAsync(pair.Server, new byte[1])).Count);
        await WaitForAsync(pair.Server.Closed);
    }

    /// <summary>An answer larger than any buffer reaches a peer that reads it in small pieces.</summary>
    [Fact]
    public async Task SendAsync_LargeAnswer_ArrivesWhole()
    {
        await using ConnectedPair pair = await PairAsync();
        byte[] sent = Pattern(3_000_001);
        Task sending = SendAsync(pair.Server, sent);
        byte[] received = new byte[sent.Length];
        for (int filled = 0; filled < received.Length;)
        {
            int count = await pair.Client.ReadAsync(received.AsMemory(filled, Math.Min(4099, received.Length - filled)), Cancellation)
                .AsTask().WaitAsync(Patience, Cancellation);
            Assert.NotEqual(0, count);
            filled += count;
        }

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    /// <summary>Both directions at once do not wait for each other.</summary>
    [Fact]
    public async Task SendAsync_WhileReceiving_BothProceed()
    {
        await using ConnectedPair pair = await PairAsync();
        Task<byte[]> reading = ReceiveExactlyAsync(pair.Server, 1);
        await SendAsync(pair.Server, new byte[] { 1 });
        await pair.Client.ReadExactlyAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await pair.Client.WriteAsync(new byte[] { 2 }, Cancellation);
        Assert.Equal([2], await reading);
    }

    /// <summary>Sending to a peer that has gone is an error of its own kind, sooner or later.</summary>
    [Fact]
    public async Task SendAsync_PeerClosed_ConnectionClosed()
    {
        await using ConnectedPair pair = await PairAsync();
        await pair.Client.DisposeAsync();
        TransportException broken = await Assert.ThrowsAsync<TransportException>(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await SendAsync(pair.Server, new byte[65536]);
            }
        });
        Assert.Equal(TransportError.ConnectionClosed, broken.Error);
        await WaitForAsync(pair.Server.Closed);
    }

    /// <summary>A peer that does not read cannot hold a sender for ever: the sender may give up.</summary>
    [Fact]
    public async Task SendAsync_CancelledWhilePeerDoesNotRead_GivesUp()
    {
        await using ConnectedPair pair = await PairAsync();
        using var impatience = new CancellationTokenSource();
        Task sending = pair.Server.SendAsync(new byte[32 * 1024 * 1024], impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Patience, Cancellation));
    }
}
