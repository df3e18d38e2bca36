using System.Threading.Tasks.Sources;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>One wait after the other, in the same object. Whoever awaits goes on on the pool.</summary>
/// <param name="gate">Guards it together with its neighbour.</param>
internal sealed class EpollWait(Lock gate) : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    /// <summary>Whether somebody waits. Guarded, as the next two.</summary>
    internal bool IsPending { get; private set; }

    internal void Succeed(int result)
    {
        if (IsPending)
        {
            IsPending = false;
            _core.SetResult(result);
        }
    }

    internal void Fail(Exception failure)
    {
        if (IsPending)
        {
            IsPending = false;
            _core.SetException(failure);
        }
    }

    /// <summary>Begins a wait. The one before has been awaited to its end.</summary>
    internal ValueTask<int> Begin(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (IsPending)
            {
                throw new InvalidOperationException("Only one at a time can wait here.");
            }

            _core.Reset();
            IsPending = true;
        }

        // Not under the gate: a token that is cancelled already calls back at once.
        _registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((EpollWait)state!).Cancel(token), this);
        return new ValueTask<int>(this, _core.Version);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Waits for a cancellation that is being told just now, so that it cannot hit the wait after this one.
        _registration.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        lock (gate)
        {
            Fail(new OperationCanceledException(token));
        }
    }
}
