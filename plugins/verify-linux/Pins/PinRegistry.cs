using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>
/// The pins of live processes, by process id. A pin lives while a connection uses it or its process lives; when there
/// are too many, the idle pin least recently used of the executable that has most of them goes first; and an executable
/// that has its share already pushes out its own only, so that no single program can push out all others. A launched
/// image's pin is all that knows of the launch, and stays.
/// </summary>
internal sealed class PinRegistry : IDisposable
{
    private const int SharesOfExecutables = 4;

    private static readonly TimeSpan ReapEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReapWhenFullAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProcessPin> _pins = [];
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly IPluginLog _log;
    private readonly ITimer _timer;
    private long _uses;
    private long _lastReap;
    private bool _saidFull;
    private bool _disposed;

    public PinRegistry(int capacity, TimeProvider time, IPluginLog log)
    {
        _capacity = capacity;
        _time = time;
        _log = log;
        _lastReap = time.GetTimestamp() - time.TimestampFrequency;
        _timer = time.CreateTimer(static state => ((PinRegistry)state!).Reap(), this, ReapEvery, ReapEvery);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _pins.Count;
            }
        }
    }

    /// <summary>How many launched images are pinned, those that ended since the last <see cref="Reap"/> included.</summary>
    public int CountLaunched()
    {
        lock (_lock)
        {
            return _pins.Values.Count(pin => pin.Launch is not null);
        }
    }

    /// <summary>Finds the pin of whatever process had this number, for one connection.</summary>
    public ProcessPin? TryAcquire(int processId)
    {
        lock (_lock)
        {
            if (!_pins.TryGetValue(processId, out ProcessPin? pin))
            {
                return null;
            }

            Use(pin);
            return pin;
        }
    }

    /// <summary>
    /// Makes a new pin known, in use by one connection. An older one of the same process is kept instead, and this one
    /// serves its connection only; if the older one is out of date, the next connection finds that out.
    /// </summary>
    public void Publish(ProcessPin pin)
    {
        lock (_lock)
        {
            Use(pin);
            if (_disposed || _pins.ContainsKey(pin.ProcessId))
            {
                return;
            }

            if (_pins.Count >= _capacity && !MakeRoom(pin))
            {
                if (!_saidFull)
                {
                    _saidFull = true;
                    _log.Write(
                        PluginLogLevel.Warning,
                        $"All {_capacity} pins are in use by open connections; further processes cannot be attributed. Raise max_pins of verify-linux if these are wanted.");
                }

                return;
            }

            pin.IsRegistered = true;
            _pins.Add(pin.ProcessId, pin);
        }
    }

    /// <summary>Whether later connections of the process find this pin.</summary>
    public bool Knows(ProcessPin pin)
    {
        lock (_lock)
        {
            return pin.IsRegistered;
        }
    }

    /// <summary>A connection has done with a pin.</summary>
    public void Release(ProcessPin pin)
    {
        lock (_lock)
        {
            pin.References--;
            DisposeIfUnused(pin);
        }
    }

    /// <summary>A pin no longer describes its process: later connections shall not find it.</summary>
    public void Withdraw(ProcessPin pin)
    {
        lock (_lock)
        {
            Remove(pin);
        }
    }

    /// <summary>Drops the pins of processes that are gone.</summary>
    public void Reap()
    {
        ProcessPin[] all;
        lock (_lock)
        {
            _lastReap = _time.GetTimestamp();
            all = [.. _pins.Values];
        }

        foreach (ProcessPin pin in all)
        {
            if (pin.IsDead())
            {
                Withdraw(pin);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _disposed = true;
            // Those in use too: from now on they vouch for nothing.
            foreach (ProcessPin pin in _pins.Values)
            {
                pin.IsRegistered = false;
                pin.Dispose();
            }

            _pins.Clear();
        }
    }

    private static ProcessPin? LeastRecentlyUsed(IEnumerable<ProcessPin> pins) =>
        pins.Where(pin => pin.References == 0 && pin.Launch is null).MinBy(pin => pin.LastUse);

    private void Use(ProcessPin pin)
    {
        pin.References++;
        pin.LastUse = ++_uses;
    }

    private void Remove(ProcessPin pin)
    {
        if (pin.IsRegistered)
        {
            pin.IsRegistered = false;
            _pins.Remove(pin.ProcessId);
            DisposeIfUnused(pin);
        }
    }

    private static void DisposeIfUnused(ProcessPin pin)
    {
        if (pin.References == 0 && !pin.IsRegistered)
        {
            pin.Dispose();
        }
    }

    private bool MakeRoom(ProcessPin arrival)
    {
        // A look at every pin costs milliseconds, and nobody shall be able to ask for that as often as they like.
        if (_time.GetElapsedTime(_lastReap) >= ReapWhenFullAtMostEvery)
        {
            Reap();
            if (_pins.Count < _capacity)
            {
                return true;
            }
        }

        MappingIdentity executable = arrival.Executable.Key.Identity;
        ILookup<MappingIdentity, ProcessPin> byExecutable = _pins.Values.ToLookup(pin => pin.Executable.Key.Identity);
        ProcessPin? victim = byExecutable[executable].Count() >= _capacity / SharesOfExecutables
            ? LeastRecentlyUsed(byExecutable[executable])
            : byExecutable
                .OrderByDescending(group => group.Count())
                .Select(LeastRecentlyUsed)
                .FirstOrDefault(pin => pin is not null);
        if (victim is null)
        {
            return false;
        }

        Remove(victim);
        return true;
    }
}
