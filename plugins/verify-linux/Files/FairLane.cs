namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Lets one at a time through, and those who wait take turns by owner: however many one owner has waiting, another
/// waits for one of them at most.
/// </summary>
internal sealed class FairLane
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, Queue<TaskCompletionSource>> _waiting = [];
    private readonly Queue<object> _turns = [];
    private bool _isTaken;

    /// <summary>Waits for a turn, which <see cref="Leave"/> ends.</summary>
    /// <param name="owner">On whose account.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task EnterAsync(object owner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryGetValue(owner, out Queue<TaskCompletionSource>? line))
            {
                _waiting[owner] = line = [];
                _turns.Enqueue(owner);
            }

            line.Enqueue(turn);
        }

        // Whoever gives up stays in line as a turn that nobody takes.
        using CancellationTokenRegistration registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Lets the next one through.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            while (_turns.TryDequeue(out object? owner))
            {
                Queue<TaskCompletionSource> line = _waiting[owner];
                TaskCompletionSource turn = line.Dequeue();
                if (line.Count > 0)
                {
                    _turns.Enqueue(owner);
                }
                else
                {
                    _waiting.Remove(owner);
                }

                if (turn.TrySetResult())
                {
                    return;
                }
            }

            _isTaken = false;
        }
    }
}
