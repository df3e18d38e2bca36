namespace KeychainAuth.Plugins.TransportUds;

/// <summary>What waits of one user: the user's processes take turns, and those of one process keep their order. Not thread-safe.</summary>
internal sealed class TurnLine<T>
    where T : class
{
    private readonly Dictionary<int, LinkedList<T>> _waiting = [];
    private readonly Queue<int> _turns = new();

    internal int Count { get; private set; }

    internal void Add(int process, T connection)
    {
        if (!_waiting.TryGetValue(process, out LinkedList<T>? own))
        {
            _waiting[process] = own = new LinkedList<T>();
            _turns.Enqueue(process);
        }

        own.AddLast(connection);
        Count++;
    }

    /// <summary>Takes what is next in turn.</summary>
    /// <returns>Null when nothing waits.</returns>
    internal T? TryTake()
    {
        while (_turns.TryDequeue(out int process))
        {
            LinkedList<T> own = _waiting[process];
            if (own.First is not { } first)
            {
                _waiting.Remove(process); // All it had gave way.
                continue;
            }

            own.RemoveFirst();
            Count--;
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

        return null;
    }

    /// <summary>Gives up the newest of the process that has most; something has to wait.</summary>
    internal T GiveWay()
    {
        LinkedList<T> longest = _waiting.Values.MaxBy(list => list.Count)!;
        T last = longest.Last!.Value;
        longest.RemoveLast();
        Count--;
        return last;
    }
}
