namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Connections being served: started on the pool, counted until they end. Only as many are begun at a time as there are
/// processors; one is begun until it first waits, which is to say, verified. All others stay with the transport, which
/// lets the processes that made them take turns; in the queue of the pool a storm would stand before everybody else.
/// </summary>
internal sealed class ConnectionTasks : IDisposable
{
    private readonly SemaphoreSlim _beginning = new(System.Environment.ProcessorCount);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for ourselves, given up when no more will come.
    private int _running = 1;

    /// <summary>How many are being served now.</summary>
    internal int Count => Volatile.Read(ref _running) - 1;

    /// <summary>Waits until a connection can be begun. Each time is followed by one <see cref="Run"/>.</summary>
    internal Task WaitForRoomAsync(CancellationToken cancellationToken) => _beginning.WaitAsync(cancellationToken);

    /// <param name="serve">Serves one connection; never throws.</param>
    internal void Run(Func<Task> serve)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                Task served = serve();
                _beginning.Release();
                await served;
            }
            finally
            {
                End();
            }
        });
    }

    /// <summary>Completes when all that were started have ended. Nothing may be started afterwards.</summary>
    internal Task WhenAllEnded()
    {
        End();
        return _allEnded.Task;
    }

    public void Dispose() => _beginning.Dispose();

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _allEnded.SetResult();
        }
    }
}
