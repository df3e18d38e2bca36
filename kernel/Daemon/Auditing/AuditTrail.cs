using KeychainAuth.Core.Audit;

namespace KeychainAuth.Daemon.Auditing;

/// <summary>
/// The daemon's way to the audit log. What takes effect is always written. Refusals are written too, but a program that
/// knocks a thousand times a second is counted rather than quoted, so that it cannot push the rest out of the log.
/// </summary>
internal sealed class AuditTrail(AuditLog log, TimeProvider time) : IDisposable
{
    private const int MaxWrittenPerWindow = 10;
    private const int MaxWindows = 1024;

    private static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<RefusalKey, Window> _windows = [];

    /// <summary>Writes a record; when this returns it is with the kernel.</summary>
    /// <exception cref="AuditException">It could not be written: what it is about must not happen.</exception>
    internal void Append(AuditRecord record) => log.Append(record);

    /// <summary>Writes a refusal, or counts it when many like it came just now.</summary>
    /// <exception cref="AuditException">It could not be written.</exception>
    internal void AppendRefusal(AuditRecord record)
    {
        var key = new RefusalKey(record.Action, record.BinaryHash, record.BinaryPath, record.Service, record.Reason, record.UserId);
        lock (_gate)
        {
            if (!_windows.TryGetValue(key, out Window? window))
            {
                if (_windows.Count >= MaxWindows)
                {
                    CloseWindows(_ => true);
                }

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
        lock (_gate)
        {
            CloseWindows(_ => true);
        }

        log.Dispose();
    }

    private void CloseWindows(Predicate<Window> which)
    {
        foreach ((RefusalKey key, Window window) in _windows.Where(w => which(w.Value)).ToArray())
        {
            if (window.Last is { } last)
            {
                log.Append(last with { Detail = $"repeated {window.Repeated} times" });
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
