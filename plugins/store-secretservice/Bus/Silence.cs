namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// A deadline that each answer pushes back: it passes when the other side has been silent for the whole time. A batch of a
/// thousand calls may take long; a provider that hangs is noticed all the same.
/// </summary>
internal sealed class Silence : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly CancellationTokenSource _passed;
    private readonly CancellationTokenSource _both;

    internal Silence(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        _longest = longest;
        Caller = cancellationToken;
        _passed = new CancellationTokenSource(longest, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, cancellationToken);
    }

    /// <summary>Cancelled when the silence was too long, or the caller gave up.</summary>
    internal CancellationToken Token => _both.Token;

    /// <summary>Cancelled when the caller gave up.</summary>
    internal CancellationToken Caller { get; }

    internal bool WasTooLong => _passed.IsCancellationRequested;

    /// <summary>Stops the clock until <see cref="Broken"/>: while a person is asked, the provider may be silent.</summary>
    internal void Pause() => _passed.CancelAfter(Timeout.InfiniteTimeSpan);

    internal void Broken() => _passed.CancelAfter(_longest);

    public void Dispose()
    {
        _both.Dispose();
        _passed.Dispose();
    }
}
