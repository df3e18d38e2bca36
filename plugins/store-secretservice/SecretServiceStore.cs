using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Provider;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>
/// The store: a collection of the desktop's Secret Service. Everything that speaks to the bus runs on a thread of its own;
/// callers never block. The thread and the connection come with the first call.
/// </summary>
internal sealed class SecretServiceStore(
    SecretServiceSettings settings, Func<string, string?> variable, IPluginLog log, TimeProvider time) : ISecretStore, IServiceEnumeration
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Worker? _worker;
    private bool _disposed;

    /// <inheritdoc/>
    public async ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync((collection, _) => Operations.ProbeAsync(collection), mayPrompt: false, cancellationToken);
        }
        catch (StoreException e)
        {
            return new StoreHealth(e.Error is StoreError.Locked or StoreError.UserCancelled ? StoreState.Locked : StoreState.Unavailable, e.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return RunAsync((collection, _) => Operations.ReadAsync(collection, service, targets), mayPrompt: true, cancellationToken, Discard);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _ = await RunAsync((collection, progress) => Operations.WriteAsync(collection, service, secrets, progress), mayPrompt: true, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return RunAsync((collection, progress) => Operations.DeleteAsync(collection, service, targets, progress), mayPrompt: true, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return RunAsync((collection, _) => Operations.SearchAsync(collection, service, prefixes), mayPrompt: false, cancellationToken);
    }

    /// <summary>
    /// Lists the services under which something was written here. Not those that only other tools have written to:
    /// whoever copies everything to another store must not carry along what other programs keep.
    /// </summary>
    public ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken) =>
        RunAsync((collection, _) => Operations.ListServicesAsync(collection), mayPrompt: false, cancellationToken);

    /// <summary>Ends what is under way, then the connection and the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        Worker? worker;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            worker = _worker;
        }

        await _closing.CancelAsync();
        if (worker is not null)
        {
            await worker.DisposeAsync();
        }

        _closing.Dispose();
    }

    private async ValueTask<T> RunAsync<T>(Func<SecretCollection, Progress, Task<T>> work, bool mayPrompt, CancellationToken cancellationToken, Action<T>? discard = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await GetWorker().RunAsync(work, mayPrompt, discard, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (_disposed)
        {
            throw new ObjectDisposedException(nameof(SecretServiceStore));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw Failures.NoLibrary(e);
        }
    }

    private static void Discard(IReadOnlyList<Secret> secrets)
    {
        foreach (Secret secret in secrets)
        {
            secret.Dispose();
        }
    }

    private Worker GetWorker()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _worker ??= new Worker(settings, variable, log, time, _closing.Token);
        }
    }
}
