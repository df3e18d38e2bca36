using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>What tests on the stand-in share.</summary>
[Collection(StandInGroup.Name)]
public abstract class ShimmedTest : IAsyncDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StandInLedger _ledger = new();
    private readonly List<IAsyncDisposable> _started = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Disposed before the account is closed, in reverse order.</summary>
    protected T Started<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    public virtual async ValueTask DisposeAsync()
    {
        for (int index = _started.Count - 1; index >= 0; index--)
        {
            await _started[index].DisposeAsync();
        }

        _ledger.Close();
        GC.SuppressFinalize(this);
    }
}
