using System.Text;
using FsCheck.Xunit;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class FrameReaderPropertyTests
{
    private const int Limit = 6000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Wherever the stream is split into reads, the lines are those of the whole.</summary>
    [Property(MaxTest = 300)]
    public bool ReadAsync_SplitAnywhere_GivesTheSameLines(int seed)
    {
        var random = new Random(seed);
        string[] lines = [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => Line(random))];
        string[] ends = [.. lines.Select(_ => random.Next(3) == 0 ? "\r\n" : "\n")];
        bool lastHasNoEnd = lines.Length > 0 && lines[^1].Length > 0 && random.Next(2) == 0;
        byte[] stream = Encoding.UTF8.GetBytes(string.Concat(lines.Zip(ends, (line, end) => line + end)));
        if (lastHasNoEnd)
        {
            stream = stream[..^ends[^1].Length];
        }

        return Read(Split(stream, random)).GetAwaiter().GetResult().SequenceEqual(lines);
    }

    [Property(MaxTest = 300)]
    public bool ReadAsync_AnyBytes_AreWhatALineReaderFinds(byte[] stream, int seed)
    {
        string whole = Encoding.Latin1.GetString(stream ?? []);
        IEnumerable<string> expected = whole.Split('\n');
        string last = expected.Last();
        expected = expected.SkipLast(1).Select(line => line.EndsWith('\r') ? line[..^1] : line);
        if (last.Length > 0)
        {
            expected = expected.Append(last);
        }

        return Read(Split(stream ?? [], new Random(seed)), Encoding.Latin1).GetAwaiter().GetResult().SequenceEqual(expected);
    }

    private static async Task<List<string>> Read(IEnumerable<byte[]> pieces, Encoding? encoding = null)
    {
        await using var connection = new FakePeerConnection();
        using var reader = new FrameReader(connection, Limit, Deadline);
        foreach (byte[] piece in pieces)
        {
            connection.Client.Send(piece);
        }

        connection.Client.ShutdownSend();
        var lines = new List<string>();
        while (true)
        {
            Frame frame = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline);
            if (frame.Kind == FrameKind.End)
            {
                return lines;
            }

            Assert.Equal(FrameKind.Line, frame.Kind);
            lines.Add((encoding ?? Encoding.UTF8).GetString(frame.Line.Span));
        }
    }

    // Mostly short, now and then longer than the reader's first buffer.
    private static string Line(Random random) =>
        new([.. Enumerable.Range(0, random.Next(5) == 0 ? random.Next(2000, 5000) : random.Next(0, 40)).Select(_ => (char)random.Next('a', 'z'))]);

    private static IEnumerable<byte[]> Split(byte[] stream, Random random)
    {
        for (int from = 0; from < stream.Length;)
        {
            int count = Math.Min(stream.Length - from, random.Next(4) == 0 ? random.Next(1, 4000) : random.Next(1, 20));
            yield return stream[from..(from + count)];
            from += count;
        }
    }
}
