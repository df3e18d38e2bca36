namespace KeychainAuth.Daemon.Hosting;

/// <summary>Connections being served: started on the pool, counted until they end.</summary>
internal sealed class ConnectionTasks
{
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for ourselves, given up when no more will come.
    private int _running = 1;

    /// <summary>How many are being served now.</summary>
    internal int Count => Volatile.Read(ref _running) - 1;

    /// <param name="serve">Serves one connection; never throws.</param>
    internal void Run(Func<Task> serve)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                await serve();
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

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _allEnded.SetResult();
        }
    }
}
