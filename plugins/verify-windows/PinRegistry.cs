namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>
/// Pins by process, so that one is hashed once however often it connects. Number and time of creation name a process
/// for ever, so an entry needs no handle and never comes to mean another one; the oldest are forgotten first. Needs no
/// Windows.
/// </summary>
/// <param name="capacity">How many are remembered.</param>
internal sealed class PinRegistry(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(uint ProcessId, long CreatedAt), Task<PinOutcome>> _pins = [];
    private readonly Queue<(uint ProcessId, long CreatedAt)> _order = [];

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _pins.Count;
            }
        }
    }

    /// <summary>The pin of a process, taken once for all who ask at the same time. A refusal is not remembered.</summary>
    internal Task<PinOutcome> GetAsync(ProcessFacts process, Func<Task<PinOutcome>> take)
    {
        (uint, long) key = (process.ProcessId, process.CreatedAt);
        lock (_gate)
        {
            if (_pins.TryGetValue(key, out Task<PinOutcome>? known))
            {
                return known;
            }

            while (_order.Count >= capacity)
            {
                _pins.Remove(_order.Dequeue());
            }

            // It may be complete already, but only with a pin: a refusal waits for the lock to be forgotten.
            Task<PinOutcome> pin = TakeAsync(key, take);
            _pins[key] = pin;
            _order.Enqueue(key);
            return pin;
        }
    }

    private async Task<PinOutcome> TakeAsync((uint, long) key, Func<Task<PinOutcome>> take)
    {
        bool isKept = false;
        try
        {
            // Leave the lock that the caller holds.
            await Task.Yield();
            PinOutcome outcome = await take();
            isKept = outcome.Pin is not null;
            return outcome;
        }
        finally
        {
            if (!isKept)
            {
                lock (_gate)
                {
                    _pins.Remove(key);
                }
            }
        }
    }
}
