using System.Globalization;
using KeychainAuth.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Audit;

/// <summary>
/// Appends records to audit.log, each carrying the hash of the one before. Daemon and command line, or two daemons, may
/// append to the same file: every append happens under an inter-process lock and goes on from what the file holds then.
/// A record counts as written once the kernel has it; <see cref="Sync"/> puts it on disk. Callers that come while others
/// write are written together, as one. The chain finds accidents and careless editing, not a determined program of the
/// same user.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Lock _queueGate = new();
    private readonly AuditLineWriter _lines = new();
    private readonly TimeProvider _time;
    private readonly long _maxBytes;
    private readonly int _rotatedFiles;
    private InterProcessLock? _lock;
    private SafeFileHandle? _file;
    private FileIdentity? _seen;
    private AuditChain _chain;
    private long _length;
    private bool _unsynced;
    private List<AuditBatch> _queue = [];
    private List<AuditBatch> _writing = [];

    /// <param name="path">The current file; rotated ones get <c>.1</c>, <c>.2</c> and so on.</param>
    /// <param name="time">The clock of the timestamps.</param>
    /// <param name="maxBytes">Size beyond which the file is rotated.</param>
    /// <param name="rotatedFiles">How many rotated files are kept.</param>
    internal AuditLog(string path, TimeProvider time, long maxBytes, int rotatedFiles)
    {
        Path = path;
        _time = time;
        _maxBytes = maxBytes;
        _rotatedFiles = rotatedFiles;
    }

    internal string Path { get; }

    /// <summary>Writes one record: it is with the kernel when this returns.</summary>
    /// <exception cref="AuditException">It could not be written. The log holds no part of it.</exception>
    internal void Append(AuditRecord record) => Append([record]);

    /// <summary>Writes records in their order: all are with the kernel when this returns.</summary>
    /// <exception cref="AuditException">They could not be written: what they are about must not happen.</exception>
    internal void Append(IReadOnlyList<AuditRecord> records)
    {
        var batch = new AuditBatch(records);
        lock (_queueGate)
        {
            _queue.Add(batch);
        }

        // Whoever gets here first writes for all that have queued up meanwhile, who then find it done.
        lock (_gate)
        {
            if (!batch.IsDone)
            {
                WriteQueue();
            }
        }

        if (batch.Failure is { } e)
        {
            throw new AuditException($"The audit log {Path} cannot be written ({e.Message}), so nothing is served until it can.", e);
        }
    }

    /// <summary>Puts on disk what was appended since the last call, while others append. Cheap when there is nothing.</summary>
    /// <exception cref="AuditException">The disk did not take it; the next call tries again.</exception>
    internal void Sync()
    {
        SafeFileHandle file;
        lock (_gate)
        {
            if (!_unsynced || _file is null)
            {
                return;
            }

            _unsynced = false;
            file = _file;
        }

        try
        {
            DiskSync.Flush(file, Path);
        }
        catch (ObjectDisposedException)
        {
            // Rotated meanwhile, here or elsewhere: whoever leaves a file puts it on disk first.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _unsynced = true;
            }

            throw new AuditException($"The audit log cannot be put on disk: {e.Message}", e);
        }
    }

    /// <summary>Puts everything on disk and closes the file.</summary>
    public void Dispose()
    {
        try
        {
            Sync();
        }
        finally
        {
            _file?.Dispose();
            _file = null;
            _lock?.Dispose();
            _lock = null;
            _lines.Dispose();
        }
    }

    /// <summary>The lock that every writer of a log holds while it appends or rotates.</summary>
    internal static string LockPath(string path) => path + ".lock";

    internal static string RotatedPath(string path, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");

    /// <summary>The numbers of the rotated files that exist, newest first. One in between may be missing.</summary>
    internal static IReadOnlyList<int> RotatedNumbers(string path)
    {
        string directory = System.IO.Path.GetDirectoryName(path)!;
        string prefix = System.IO.Path.GetFileName(path) + ".";
        return !Directory.Exists(directory)
            ? []
            : [.. Directory.EnumerateFiles(directory)
                .Select(file => System.IO.Path.GetFileName(file))
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => name[prefix.Length..])
                .Where(rest => rest is [>= '1' and <= '9', ..] && rest.Length <= 4 && rest.All(char.IsAsciiDigit))
                .Select(rest => int.Parse(rest, CultureInfo.InvariantCulture))
                .Order()];
    }

    private void WriteQueue()
    {
        lock (_queueGate)
        {
            (_writing, _queue) = (_queue, _writing);
        }

        Exception? failure = null;
        try
        {
            _lock ??= OpenLock();
            using InterProcessLock.Scope scope = _lock.Enter();
            CatchUp();
            Write(_writing);
        }
        catch (Exception e)
        {
            // Whatever it was: those who wait must not take their records for written.
            failure = e;
        }

        foreach (AuditBatch batch in _writing)
        {
            batch.IsDone = true;
            batch.Failure = failure;
        }

        _writing.Clear();
    }

    private InterProcessLock OpenLock()
    {
        PrivateDirectory.Ensure(System.IO.Path.GetDirectoryName(Path)!);
        return new InterProcessLock(LockPath(Path));
    }

    private void CatchUp()
    {
        if (_seen is not null && FileIdentity.Of(Path) == _seen)
        {
            return;
        }

        if (_file is not null)
        {
            // Another process may have rotated the file away: what we appended to it is still ours to sync.
            DiskSync.Flush(_file, Path);
            _unsynced = false;
        }

        _file?.Dispose();
        _file = null;
        _file = PrivateFile.OpenExisting(Path, FileAccess.ReadWrite) ?? CreateFile();
        AuditTail tail = AuditTail.Find(_file);
        _chain = tail.Chain ?? ChainOfRotated();
        _length = tail.WholeLength;
        long torn = RandomAccess.GetLength(_file) - tail.WholeLength;
        if (torn > 0)
        {
            RemoveTornRecord(tail.WholeLength, torn);
        }
    }

    private SafeFileHandle CreateFile()
    {
        PrivateFile.Create(Path).Dispose();
        return PrivateFile.OpenExisting(Path, FileAccess.ReadWrite)
            ?? throw new IOException($"{Path} vanished while it was being created.");
    }

    private AuditChain ChainOfRotated()
    {
        using SafeFileHandle? rotated = PrivateFile.OpenExisting(RotatedPath(Path, 1), FileAccess.Read);
        return rotated is null ? AuditChain.Start : AuditTail.Find(rotated).Chain ?? AuditChain.Start;
    }

    // A writer died in the middle of a line. Nothing was served on its account, so the fragment is no record.
    private void RemoveTornRecord(long wholeLength, long torn)
    {
        RandomAccess.SetLength(_file!, wholeLength);
        Write([new AuditBatch([new AuditRecord
        {
            Action = AuditAction.Config,
            Result = AuditResult.Error,
            Reason = "torn_record_removed",
            Detail = $"A writer died while appending: {torn} bytes of an incomplete record were removed.",
        }])]);
    }

    // One write(2), unless the file becomes full in between.
    private void Write(List<AuditBatch> batches)
    {
        DateTimeOffset now = _time.GetUtcNow();
        AuditChain chain = _chain;
        int written = 0;
        _lines.Clear();
        foreach (AuditBatch batch in batches)
        {
            for (int index = 0; index < batch.Records.Count; index++)
            {
                int start = _lines.Lines.Length;
                AuditChain next = _lines.Add(batch.Records[index], now, chain);
                bool isFirst = _length + start - written == 0;
                if (!isFirst && _length + _lines.Lines.Length - written > _maxBytes)
                {
                    Put(_lines.Lines[written..start], chain);
                    written = start;
                    Rotate();
                }

                chain = next;
            }
        }

        Put(_lines.Lines[written..], chain);
    }

    private void Put(ReadOnlySpan<byte> lines, AuditChain after)
    {
        if (lines.IsEmpty)
        {
            return;
        }

        try
        {
            RandomAccess.Write(_file!, lines, _length);
        }
        catch (IOException)
        {
            // A full disk may have taken a part of them.
            _seen = null;
            RandomAccess.SetLength(_file!, _length);
            throw;
        }

        _chain = after;
        _length += lines.Length;
        _unsynced = true;
        _seen = FileIdentity.Of(_file!, Path);
    }

    // A writer may be killed between any two of these steps. It leaves at most one number unused, which the next
    // rotation fills: what lies beyond it is not moved again, so the order of the files never changes.
    private void Rotate()
    {
        DiskSync.Flush(_file!, Path);
        int free = 1;
        while (free < _rotatedFiles && File.Exists(RotatedPath(Path, free)))
        {
            free++;
        }

        for (int number = free; number >= 1; number--)
        {
            PrivateFile.Rename(number == 1 ? Path : RotatedPath(Path, number - 1), RotatedPath(Path, number));
        }

        RemoveSurplus();
        _file!.Dispose();
        _file = null;
        _seen = null;
        _file = CreateFile();
        _length = 0;
    }

    // Files beyond the number that is kept stem from a time when more were kept. They would no longer join on to the
    // others, and look like damage.
    private void RemoveSurplus()
    {
        foreach (int number in RotatedNumbers(Path).Where(number => number > _rotatedFiles))
        {
            File.Delete(RotatedPath(Path, number));
        }
    }
}
