using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Audit;

/// <summary>Finds the end of an audit file: the last whole record, and where a torn one begins.</summary>
/// <param name="Chain">What the next record has to carry; null when the file holds no whole line.</param>
/// <param name="WholeLength">Length of the file up to and including its last line feed.</param>
internal readonly record struct AuditTail(AuditChain? Chain, long WholeLength)
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static AuditTail Find(SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        byte[] tail = [];
        long start = length;
        while (true)
        {
            int lastFeed = tail.AsSpan().LastIndexOf((byte)'\n');
            int previousFeed = lastFeed < 0 ? -1 : tail.AsSpan(0, lastFeed).LastIndexOf((byte)'\n');
            if (lastFeed >= 0 && (previousFeed >= 0 || start == 0))
            {
                ReadOnlySpan<byte> line = tail.AsSpan((previousFeed + 1)..lastFeed);
                return new AuditTail(ChainAfter(line), start + lastFeed + 1);
            }

            if (start == 0)
            {
                return new AuditTail(null, 0);
            }

            (tail, start) = Extend(file, tail, start);
        }
    }

    private static (byte[] Tail, long Start) Extend(SafeFileHandle file, byte[] tail, long start)
    {
        int count = (int)Math.Min(ChunkBytes, start);
        byte[] longer = new byte[count + tail.Length];
        int read = 0;
        while (read < count)
        {
            int got = RandomAccess.Read(file, longer.AsSpan(read, count - read), start - count + read);
            if (got == 0)
            {
                throw new IOException("The audit log became shorter while it was read.");
            }

            read += got;
        }

        tail.CopyTo(longer, count);
        return (longer, start - count);
    }

    private static AuditChain ChainAfter(ReadOnlySpan<byte> line)
    {
        // A last line that somebody spoilt does not stop the daemon: the chain goes on from its bytes, and
        // verification finds the place.
        long sequence;
        try
        {
            sequence = JsonSerializer.Deserialize(line, AuditJsonContext.Default.AuditRecord)?.Sequence ?? 0;
        }
        catch (JsonException)
        {
            sequence = 0;
        }

        return new AuditChain(sequence + 1, AuditChain.Hash(line));
    }
}
