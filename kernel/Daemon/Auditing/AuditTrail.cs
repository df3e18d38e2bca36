using KeychainAuth.Core.Audit;

namespace KeychainAuth.Daemon.Auditing;

/// <summary>
/// The daemon's way to the audit log. What takes effect is always written. Refusals are written too, but a program that
/// knocks a thousand times a second is counted rather than quoted, so that it cannot push the rest out of the log. Nor
/// can one that is refused for ever new reasons, or under ever new names: beyond a number of kinds, refusals are counted
/// together.
/// </summary>
internal sealed class AuditTrail(AuditLog log, TimeProvider time) : IDisposable
{
    private const int MaxWrittenPerWindow = 10;
    private const int MaxKinds = 256;

    private static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(10);

    // What stands for every kind beyond those that are told apart.
    private static readonly RefusalKey Others = new("", null, null, null, null, null);

    private readonly Lock _gate = new();
    private readonly Dictionary<RefusalKey, Window> _windows = [];

    /// <summary>Writes a record; when this returns it is with the kernel.</summary>
    /// <exception cref="AuditException">It could not be written: what it is about must not happen.</exception>
    internal void Append(AuditRecord record) => log.Append(record);

    /// <summary>Writes records together; when this returns all are with the kernel.</summary>
    /// <exception cref="AuditException">They could not be written: what they are about must not happen.</exception>
    internal void Append(IReadOnlyList<AuditRecord> records) => log.Append(records);

    /// <summary>Writes a refusal, or counts it when many like it came just now.</summary>
    /// <exception cref="AuditException">It could not be written.</exception>
    internal void AppendRefusal(AuditRecord record)
    {
        var key = new RefusalKey(record.Action, record.BinaryHash, record.BinaryPath, record.Service, record.Reason, record.UserId);
        lock (_gate)
        {
            if (!_windows.ContainsKey(key) && _windows.Count >= MaxKinds)
            {
                key = Others;
            }

            if (!_windows.TryGetValue(key, out Window? window))
            {
                _windows[key] = window = new Window(time.GetTimestamp());
            }

            if (window.Written >= MaxWrittenPerWindow)
            {
                window.Last = record;
                window.Repeated++;
                return;
            }

            window.Written++;
        }

        log.Append(record);
    }

    /// <summary>Puts on disk what was written.</summary>
    /// <exception cref="AuditException">The disk did not take it.</exception>
    internal void Sync() => log.Sync();

    /// <summary>Writes the counts of windows that have ended and puts the log on disk. Called once a second.</summary>
    /// <exception cref="AuditException">The log could not be written.</exception>
    internal void Tick()
    {
        lock (_gate)
        {
            CloseWindows(window => time.GetElapsedTime(window.Start) >= WindowLength);
        }

        log.Sync();
    }

    /// <summary>Writes all counts and puts the log on disk.</summary>
    public void Dispose()
    {
        try
        {
            lock (_gate)
            {
                CloseWindows(_ => true);
            }
        }
        finally
        {
            log.Dispose();
        }
    }

    private void CloseWindows(Predicate<Window> which)
    {
        foreach ((RefusalKey key, Window window) in _windows.Where(w => which(w.Value)).ToArray())
        {
            if (window.Last is { } last)
            {
                log.Append(last with
                {
                    Detail = key == Others
                        ? $"the last of {window.Repeated} refusals, of too many programs or for too many reasons to be told apart"
                        : $"repeated {window.Repeated} times",
                });
            }

            _windows.Remove(key);
        }
    }

    private readonly record struct RefusalKey(string Action, string? Hash, string? Path, string? Service, string? Reason, uint? UserId);

    private sealed class Window(long start)
    {
        internal long Start { get; } = start;

        internal int Written { get; set; }

        internal long Repeated { get; set; }

        internal AuditRecord? Last { get; set; }
    }
}
