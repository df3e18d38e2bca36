using System.Runtime.InteropServices;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Files;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>
/// The last records of the log, and those that are written after them, across rotations. Not guaranteed: records of a
/// file that is created and rotated away again between two looks; they are in the log.
/// </summary>
internal sealed class AuditTailReader(string path) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly List<byte> _partial = [];
    private FileStream? _stream;
    private FileIdentity? _opened;

    /// <summary>The last whole lines, oldest first; from here <see cref="Follow"/> goes on.</summary>
    internal IEnumerable<byte[]> Last(int count)
    {
        Open();
        var lines = new LinkedList<byte[]>(ReadNew());
        foreach (string rotated in AuditLog.RotatedNumbers(path).Select(number => AuditLog.RotatedPath(path, number)))
        {
            if (lines.Count >= count)
            {
                break;
            }

            foreach ((byte[] line, _) in AuditReader.Lines(rotated).Reverse())
            {
                lines.AddFirst(line);
            }
        }

        return lines.Skip(lines.Count - count);
    }

    /// <summary>Hands over lines as they come.</summary>
    /// <param name="refresh">Called before each look.</param>
    /// <param name="print">Called for each.</param>
    /// <param name="flush">Called when there are no more for the moment.</param>
    /// <param name="stop">Ends it.</param>
    internal void Follow(Action refresh, Action<byte[]> print, Action flush, CancellationToken stop)
    {
        do
        {
            refresh();
            bool wasRotated = _stream is null || FileIdentity.Of(path) is not { } now || now.Inode != _opened?.Inode;

            // What was written to the old file before it was rotated away comes first.
            ReadNew().ForEach(print);
            if (wasRotated)
            {
                Open();
                ReadNew().ForEach(print);
            }

            flush();
        }
        while (!stop.WaitHandle.WaitOne(PollInterval));
    }

    public void Dispose() => _stream?.Dispose();

    private void Open()
    {
        if (!File.Exists(path))
        {
            return;
        }

        _stream?.Dispose();
        _partial.Clear();
        _opened = FileIdentity.Of(path);
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
    }

    private List<byte[]> ReadNew()
    {
        var lines = new List<byte[]>();
        if (_stream is null)
        {
            return lines;
        }

        if (_stream.Length < _stream.Position)
        {
            // A writer that died left half a record, and the next one has removed it.
            _partial.Clear();
            _stream.Position = _stream.Length;
        }

        byte[] chunk = new byte[64 * 1024];
        for (int count = _stream.Read(chunk); count > 0; count = _stream.Read(chunk))
        {
            Split(chunk.AsSpan(0, count), lines);
        }

        return lines;
    }

    private void Split(ReadOnlySpan<byte> bytes, List<byte[]> lines)
    {
        for (int feed = bytes.IndexOf((byte)'\n'); feed >= 0; feed = bytes.IndexOf((byte)'\n'))
        {
            lines.Add([.. CollectionsMarshal.AsSpan(_partial), .. bytes[..feed]]);
            _partial.Clear();
            bytes = bytes[(feed + 1)..];
        }

        _partial.AddRange(bytes);
    }
}
