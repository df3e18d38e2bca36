namespace KeychainAuth.Plugins.VerifyMacOS.Pins;

/// <summary>
/// The pins of live images. A pin outlives its connection, because a client that is told to reconnect is recognised by
/// it; it goes when its process has gone or executes another program, and the idle one least recently used goes first
/// when there are too many. No event tells of an exec here (kqueue could): the version is compared at every look, and
/// an event could only come later than that.
/// </summary>
internal sealed class PinRegistry : IDisposable
{
    private static readonly TimeSpan ReapEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<ImageKey, ImagePin> _pins = [];
    private readonly int _capacity;
    private readonly ITimer _timer;
    private long _uses;
    private bool _disposed;

    public PinRegistry(int capacity, TimeProvider time)
    {
        _capacity = capacity;
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

    /// <summary>The pin of an image, held for the caller; null where there is none.</summary>
    public ImagePin? TryAcquire(ImageKey key)
    {
        lock (_lock)
        {
            return _pins.TryGetValue(key, out ImagePin? pin) ? Hold(pin) : null;
        }
    }

    /// <summary>Lists a new pin and holds it for the caller; where its image has one already, that one is held instead.</summary>
    public ImagePin Publish(ImagePin pin)
    {
        lock (_lock)
        {
            if (_pins.TryGetValue(pin.Key, out ImagePin? earlier))
            {
                pin.Dispose();
                return Hold(earlier);
            }

            if (!_disposed)
            {
                MakeRoom();
                _pins.Add(pin.Key, pin);
                pin.IsListed = true;
            }

            return Hold(pin);
        }
    }

    /// <summary>Ends one hold.</summary>
    public void Release(ImagePin pin)
    {
        lock (_lock)
        {
            pin.Holders--;
            DisposeIfUnused(pin);
        }
    }

    /// <summary>Gives a pin out no more, because its image is gone.</summary>
    public void Withdraw(ImagePin pin)
    {
        lock (_lock)
        {
            Unlist(pin);
        }
    }

    /// <summary>Unlists the pins that nobody holds and whose images are gone.</summary>
    public void Reap()
    {
        ImagePin[] idle;
        lock (_lock)
        {
            // Held while they are looked at, so that nobody disposes them meanwhile.
            idle = [.. _pins.Values.Where(pin => pin.Holders == 0)];
            Array.ForEach(idle, pin => pin.Holders++);
        }

        foreach (ImagePin pin in idle)
        {
            if (!pin.IsAlive())
            {
                Withdraw(pin);
            }

            Release(pin);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _disposed = true;
            foreach (ImagePin pin in _pins.Values.ToArray())
            {
                Unlist(pin);
            }
        }
    }

    private ImagePin Hold(ImagePin pin)
    {
        pin.Holders++;
        pin.LastUse = ++_uses;
        return pin;
    }

    private void MakeRoom()
    {
        if (_pins.Count >= _capacity && _pins.Values.Where(pin => pin.Holders == 0).MinBy(pin => pin.LastUse) is { } oldest)
        {
            Unlist(oldest);
        }
    }

    private void Unlist(ImagePin pin)
    {
        if (pin.IsListed)
        {
            pin.IsListed = false;
            _pins.Remove(pin.Key);
        }

        DisposeIfUnused(pin);
    }

    private static void DisposeIfUnused(ImagePin pin)
    {
        if (pin is { Holders: 0, IsListed: false })
        {
            pin.Dispose();
        }
    }
}
