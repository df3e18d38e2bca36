using System.Text;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class FrameReaderTests : IAsyncDisposable
{
    private const int Limit = 100;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly FakePeerConnection _connection = new(new PeerCredentials { ProcessId = 4711, UserId = 1000 });
    private readonly FrameReader _reader;

    public FrameReaderTests() => _reader = new FrameReader(_connection, Limit, Long);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _connection.DisposeAsync();
    }

    [Theory]
    [InlineData("one\ntwo\n", "one|two|")]
    [InlineData("one\r\ntwo\r\n", "one|two|")]
    [InlineData("one\ntwo", "one|two|")]
    [InlineData("one\ntwo\r", "one|two\r|")]
    [InlineData("\n\r\n\n", "|||")]
    [InlineData("a\rb\n", "a\rb|")]
    [InlineData("a\r\r\n", "a\r|")]
    [InlineData("\r", "\r|")]
    [InlineData("", "")]
    public async Task ReadAsync_Stream_IsCutIntoLines(string stream, string lines)
    {
        Send(stream);
        _connection.Client.ShutdownSend();
        var read = new StringBuilder();
        Frame frame;
        while ((frame = await ReadAsync()).Kind == FrameKind.Line)
        {
            read.Append(Encoding.UTF8.GetString(frame.Line.Span)).Append('|');
        }

        Assert.Equal(FrameKind.End, frame.Kind);
        Assert.Equal(lines, read.ToString());
        Assert.Equal(FrameKind.End, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task TryTake_LinesThatHaveComeAlready_AreTakenWithoutWaiting()
    {
        Send("one\ntwo\r\n\nfour");
        Assert.False(_reader.TryTake(out _), "Nothing has been received yet.");
        Assert.Equal("one", Text(await ReadAsync()));
        Assert.True(_reader.TryTake(out Frame frame));
        Assert.Equal("two", Text(frame));
        Assert.True(_reader.TryTake(out frame));
        Assert.Equal("", Text(frame));
        Assert.False(_reader.TryTake(out _), "The last one is not whole.");

        Send("teen\nfive\n");
        Assert.Equal("fourteen", Text(await ReadAsync()));
        Assert.True(_reader.TryTake(out frame));
        Assert.Equal("five", Text(frame));
        Assert.False(_reader.TryTake(out _));
    }

    [Fact]
    public async Task TryTake_LineBeyondTheLimit_IsToldAsSuch()
    {
        Send("one\n" + new string('x', Limit + 1) + "\n");
        Assert.Equal("one", Text(await ReadAsync()));
        Assert.True(_reader.TryTake(out Frame frame));
        Assert.Equal(FrameKind.TooLarge, frame.Kind);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task ReadAsync_ExactlyTheLimit_IsALine(string end)
    {
        Send(new string('x', Limit) + end);
        _connection.Client.ShutdownSend();
        Frame frame = await ReadAsync();
        Assert.Equal((FrameKind.Line, Limit), (frame.Kind, frame.Line.Length));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task ReadAsync_OneByteMore_IsTooLarge(string end)
    {
        Send(new string('x', Limit + 1) + end);
        _connection.Client.ShutdownSend();
        Assert.Equal(FrameKind.TooLarge, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task ReadAsync_EndlessLine_IsTooLargeBeforeItEnds()
    {
        Send(new string('x', Limit + 2));
        Assert.Equal(FrameKind.TooLarge, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task ReadAsync_SecondLineIsTooLarge_TheFirstWasServed()
    {
        Send("ok\n" + new string('x', 3 * Limit) + "\n");
        Assert.Equal(FrameKind.Line, (await ReadAsync()).Kind);
        Assert.Equal(FrameKind.TooLarge, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task ReadAsync_LineNotEndedInTime_TimesOut()
    {
        using var reader = new FrameReader(_connection, Limit, TimeSpan.FromMilliseconds(50));
        Send("half");
        Assert.Equal(FrameKind.TimedOut, (await ReadAsync(reader)).Kind);
    }

    [Fact]
    public async Task ReadAsync_SlowBytes_DoNotExtendTheDeadline()
    {
        using var reader = new FrameReader(_connection, Limit, TimeSpan.FromMilliseconds(200));
        using var stop = new CancellationTokenSource();
        Task dripping = DripAsync(stop.Token);
        Assert.Equal(FrameKind.TimedOut, (await ReadAsync(reader)).Kind);
        await stop.CancelAsync();
        await dripping.WaitAsync(Long, Cancellation);
    }

    [Fact]
    public async Task ReadAsync_RestOfAPipelinedLine_HasADeadlineToo()
    {
        using var reader = new FrameReader(_connection, Limit, TimeSpan.FromMilliseconds(50));
        Send("one\ntw");
        Assert.Equal(FrameKind.Line, (await ReadAsync(reader)).Kind);
        Assert.Equal(FrameKind.TimedOut, (await ReadAsync(reader)).Kind);
    }

    [Fact]
    public async Task ReadAsync_IdleBetweenLines_HasNoDeadline()
    {
        using var reader = new FrameReader(_connection, Limit, TimeSpan.FromMilliseconds(20));
        ValueTask<Frame> waiting = reader.ReadAsync(Cancellation);
        using var later = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        await later.WaitForNextTickAsync(Cancellation);
        Assert.False(waiting.IsCompleted);
        Send("late\n");
        Assert.Equal(FrameKind.Line, (await waiting.AsTask().WaitAsync(Long, Cancellation)).Kind);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_ThrowsAndLosesNothing()
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<Frame> waiting = _reader.ReadAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        Send("still\n");
        Assert.Equal("still", Encoding.UTF8.GetString((await ReadAsync()).Line.Span));
    }

    [Fact]
    public async Task ReadAsync_ForeignSender_IsNamed()
    {
        Send("mine\n");
        Assert.Equal(FrameKind.Line, (await ReadAsync()).Kind);
        _connection.Client.Sender = new Sender(4712, 1000);
        Send("not mine\n");
        Frame frame = await ReadAsync();
        Assert.Equal((FrameKind.ForeignSender, 4712), (frame.Kind, frame.Sender!.Value.ProcessId));
        Assert.True(frame.Line.IsEmpty);
    }

    [Fact]
    public async Task ReadAsync_ForeignSenderEndsMyLine_TheLineIsNotServed()
    {
        Send("{\"half\":");
        _connection.Client.Sender = new Sender(4712, 1000);
        Send("1}\n");
        Assert.Equal(FrameKind.ForeignSender, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task ReadAsync_ForeignBytesAfterMyLine_MyLineIsServedFirst()
    {
        Send("mine\n");
        _connection.Client.Sender = new Sender(4712, 1000);
        Send("x");
        Assert.Equal("mine", Encoding.UTF8.GetString((await ReadAsync()).Line.Span));
        Assert.Equal(FrameKind.ForeignSender, (await ReadAsync()).Kind);
    }

    // The kernel attached nobody's credentials: nobody's bytes.
    [Fact]
    public async Task ReadAsync_BytesWithoutCredentials_AreForeign()
    {
        _connection.Client.Sender = new Sender(0, 65534);
        Send("x\n");
        Assert.Equal(FrameKind.ForeignSender, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task ReadAsync_SystemCannotNameSenders_ThePeerStandsForThem()
    {
        _connection.Client.Sender = null;
        Send("x\n");
        Assert.Equal(FrameKind.Line, (await ReadAsync()).Kind);
    }

    [Fact]
    public async Task FirstBytesWereQueued_BytesBeforeTheFirstRead_IsTrue()
    {
        Send("early\n");
        await ReadAsync();
        Assert.True(_reader.FirstBytesWereQueued);
    }

    [Fact]
    public async Task FirstBytesWereQueued_BytesAfterTheFirstRead_StaysFalse()
    {
        ValueTask<Frame> waiting = _reader.ReadAsync(Cancellation);
        Send("late\n");
        await waiting.AsTask().WaitAsync(Long, Cancellation);
        Send("queued by now\n");
        await ReadAsync();
        Assert.False(_reader.FirstBytesWereQueued);
    }

    [Fact]
    public async Task FirstBytesWereQueued_OnlyTheEndWasThere_IsFalse()
    {
        _connection.Client.ShutdownSend();
        Assert.Equal(FrameKind.End, (await ReadAsync()).Kind);
        Assert.False(_reader.FirstBytesWereQueued);
    }

    [Fact]
    public async Task ReadAsync_NextLine_ZeroesTheOneBefore()
    {
        Send("secret\n");
        Frame first = await ReadAsync();
        ReadOnlyMemory<byte> kept = first.Line;
        ValueTask<Frame> waiting = _reader.ReadAsync(Cancellation);
        Assert.True(kept.Span.IndexOfAnyExcept((byte)0) < 0);
        Send("x\n");
        await waiting.AsTask().WaitAsync(Long, Cancellation);
    }

    [Fact]
    public async Task Dispose_AfterALine_ZeroesIt()
    {
        Send("secret\n");
        ReadOnlyMemory<byte> kept = (await ReadAsync()).Line;
        _reader.Dispose();
        Assert.True(kept.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task ReadAsync_Aborted_ThrowsTransportException()
    {
        _connection.Abort();
        await Assert.ThrowsAsync<TransportException>(async () => await ReadAsync());
    }

    private async Task DripAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Send("x");
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private void Send(string text) => _connection.Client.Send(Encoding.UTF8.GetBytes(text));

    private Task<Frame> ReadAsync(FrameReader? reader = null) => (reader ?? _reader).ReadAsync(Cancellation).AsTask().WaitAsync(Long, Cancellation);

    private static string Text(Frame frame)
    {
        Assert.Equal(FrameKind.Line, frame.Kind);
        return Encoding.UTF8.GetString(frame.Line.Span);
    }
}
