namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>Lets one change at a time through. The Secret Service has no transactions.</summary>
internal sealed class ChangeQueue : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    internal async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Turn(_one);
    }

    public void Dispose() => _one.Dispose();

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
