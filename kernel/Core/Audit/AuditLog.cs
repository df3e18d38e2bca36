using System.Globalization;
using System.Text.Json;
using KeychainAuth.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Audit;

/// <summary>
/// Appends records to audit.log, each carrying the hash of the one before. Daemon and command line, or two daemons, may
/// append to the same file: every append happens under an inter-process lock and goes on from what the file holds then.
/// A record counts as written once the kernel has it; <see cref="Sync"/> puts it on disk. The chain finds accidents and
/// careless editing, not a determined program of the same user.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _maxBytes;
    private readonly int _rotatedFiles;
    private InterProcessLock? _lock;
    private SafeFileHandle? _file;
    private FileIdentity? _seen;
    private AuditChain _chain;
    private bool _unsynced;

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
    internal void Append(AuditRecord record)
    {
        try
        {
            lock (_gate)
            {
                _lock ??= OpenLock();
                using InterProcessLock.Scope scope = _lock.Enter();
                CatchUp();
                AppendLine(record);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditException($"The audit log {Path} cannot be written ({e.Message}), so nothing is served until it can.", e);
        }
    }

    /// <summary>Puts on disk what was appended since the last call. Cheap when there is nothing.</summary>
    /// <exception cref="AuditException">The disk did not take it.</exception>
    internal void Sync()
    {
        lock (_gate)
        {
            if (!_unsynced || _file is null)
            {
                return;
            }

            try
            {
                RandomAccess.FlushToDisk(_file);
                _unsynced = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AuditException($"The audit log {Path} cannot be put on disk: {e.Message}", e);
            }
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
        }
    }

    internal static string FormatTimestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + "00Z";

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

    private InterProcessLock OpenLock()
    {
        PrivateDirectory.Ensure(System.IO.Path.GetDirectoryName(Path)!);
        return new InterProcessLock(LockPath(Path));
    }

    private void CatchUp()
    {
        if (_file is not null && FileIdentity.Of(Path) == _seen)
        {
            return;
        }

        if (_file is not null && _unsynced)
        {
            // Another process may have rotated the file away: what we appended to it is still ours to sync.
            RandomAccess.FlushToDisk(_file);
            _unsynced = false;
        }

        _file?.Dispose();
        _file = null;
        _file = PrivateFile.OpenExisting(Path, FileAccess.ReadWrite) ?? CreateFile();
        AuditTail tail = AuditTail.Find(_file);
        _chain = tail.Chain ?? ChainOfRotated();
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
        AppendLine(new AuditRecord
        {
            Action = AuditAction.Config,
            Result = AuditResult.Error,
            Reason = "torn_record_removed",
            Detail = $"A writer died while appending: {torn} bytes of an incomplete record were removed.",
        });
    }

    private void AppendLine(AuditRecord record)
    {
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(
            record with { Timestamp = FormatTimestamp(_time.GetUtcNow()), Sequence = _chain.NextSequence, Previous = _chain.Previous },
            AuditJsonContext.Default.AuditRecord);
        long length = RandomAccess.GetLength(_file!);
        if (length > 0 && length + line.Length + 1 > _maxBytes)
        {
            Rotate();
            length = 0;
        }

        try
        {
            RandomAccess.Write(_file!, [.. line, (byte)'\n'], length);
        }
        catch (IOException)
        {
            // A full disk may have taken a part of the line.
            RandomAccess.SetLength(_file!, length);
            _seen = null;
            throw;
        }

        _chain = new AuditChain(_chain.NextSequence + 1, AuditChain.Hash(line));
        _unsynced = true;
        _seen = FileIdentity.Of(Path);
    }

    // A writer may be killed between any two of these steps. It leaves at most one number unused, which the next
    // rotation fills: what lies beyond it is not moved again, so the order of the files never changes.
    private void Rotate()
    {
        RandomAccess.FlushToDisk(_file!);
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
        _file = CreateFile();
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
