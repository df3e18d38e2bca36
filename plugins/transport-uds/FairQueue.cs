using System.Threading.Channels;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Accepted connections that wait to be taken. The processes that made them take turns, so that one that connects
/// thousands of times delays its own connections and nobody else's; those of one process keep their order. When there
/// is no room left, the process that has most of it loses the connection it made last.
/// Not guaranteed: that one program with many processes gets no more than one turn.
/// </summary>
internal sealed class FairQueue<T>(int capacity)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, LinkedList<T>> _waiting = [];
    private readonly Queue<int> _turns = new();

    // One for each connection that waits.
    private readonly Channel<byte> _available = Channel.CreateUnbounded<byte>();
    private int _count;

    /// <summary>Adds a connection.</summary>
    /// <param name="process">The process that made it.</param>
    /// <param name="connection">The connection.</param>
    /// <returns>The connection that had to give way, for the caller to close; null when there was room.</returns>
    internal T? Add(int process, T connection)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(process, out LinkedList<T>? own))
            {
                _waiting[process] = own = new LinkedList<T>();
                _turns.Enqueue(process);
            }

            own.AddLast(connection);
            if (_count < capacity && _available.Writer.TryWrite(0))
            {
                _count++;
                return null;
            }

            // Somebody else's or this one itself: as many as before remain.
            LinkedList<T> longest = _waiting.Values.MaxBy(list => list.Count)!;
            T last = longest.Last!.Value;
            longest.RemoveLast();
            return last;
        }
    }

    /// <summary>Waits for a connection.</summary>
    /// <returns>Null when no more will come.</returns>
    /// <exception cref="Exception">What <see cref="End"/> was given.</exception>
    internal async ValueTask<T?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _available.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryTake() is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Takes a connection without waiting.</summary>
    /// <returns>Null when none waits.</returns>
    internal T? TryTake()
    {
        if (!_available.Reader.TryRead(out _))
        {
            return null;
        }

        lock (_gate)
        {
            while (true)
            {
                int process = _turns.Dequeue();
                LinkedList<T> own = _waiting[process];
                if (own.First is not { } first)
                {
                    _waiting.Remove(process); // All it had gave way.
                    continue;
                }

                own.RemoveFirst();
                _count--;
                if (own.Count > 0)
                {
                    _turns.Enqueue(process);
                }
                else
                {
                    _waiting.Remove(process);
                }

                return first.Value;
            }
        }
    }

    /// <summary>Says that no more will come. What waits can still be taken.</summary>
    /// <param name="failure">What whoever takes gets when nothing is left.</param>
    internal void End(Exception? failure = null) => _available.Writer.TryComplete(failure);
}
