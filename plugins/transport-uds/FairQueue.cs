using System.Threading.Channels;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Accepted connections that wait to be taken. Users take turns, and so do the processes of each, so that whoever
/// connects thousands of times delays its own connections and nobody else's; those of one process keep their order. When
/// there is no room left, the user who has most of it loses the connection made last by the process that has most.
/// Not guaranteed: that one program with many processes gets no more than one turn among those of its user.
/// </summary>
internal sealed class FairQueue<T>(int capacity)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, TurnLine<T>> _lines = [];
    private readonly Queue<uint> _turns = new();

    // One for each connection that waits.
    private readonly Channel<byte> _available = Channel.CreateUnbounded<byte>();
    private int _count;

    /// <summary>Adds a connection.</summary>
    /// <param name="user">The user of that process.</param>
    /// <param name="process">The process that made it.</param>
    /// <param name="connection">The connection.</param>
    /// <returns>The connection that had to give way, for the caller to close; null when there was room.</returns>
    internal T? Add(uint user, int process, T connection)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(user, out TurnLine<T>? line))
            {
                _lines[user] = line = new TurnLine<T>();
                _turns.Enqueue(user);
            }

            line.Add(process, connection);
            if (_count < capacity && _available.Writer.TryWrite(0))
            {
                _count++;
                return null;
            }

            // Somebody else's or this one itself: as many as before remain.
            return _lines.Values.MaxBy(other => other.Count)!.GiveWay();
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
                uint user = _turns.Dequeue();
                TurnLine<T> line = _lines[user];
                T? next = line.TryTake();
                if (line.Count > 0)
                {
                    _turns.Enqueue(user);
                }
                else
                {
                    _lines.Remove(user);
                }

                if (next is not null)
                {
                    _count--;
                    return next;
                }
            }
        }
    }

    /// <summary>Says that no more will come. What waits can still be taken.</summary>
    /// <param name="failure">What whoever takes gets when nothing is left.</param>
    internal void End(Exception? failure = null) => _available.Writer.TryComplete(failure);
}
