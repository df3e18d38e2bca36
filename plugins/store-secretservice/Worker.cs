using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using KeychainAuth.Plugins.StoreSecretService.Provider;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>
/// Runs operations on the GLib thread: connects, finds the collection, unlocks it when need be, and takes an operation up
/// again, once, when the provider changed under it. Turns every failure into the one exception of a store.
/// </summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly GLibThread _thread = new();
    private readonly SecretServiceSettings _settings;
    private readonly TimeProvider _time;
    private readonly CancellationToken _closing;
    private readonly Connector _connector;
    private readonly CollectionFinder _finder;
    private readonly Prompter _prompter;
    private readonly Unlocker _unlocker;
    private readonly ChangeQueue _changes = new();
    private readonly TaskCompletionSource _idle = new();
    private int _running;

    internal Worker(SecretServiceSettings settings, Func<string, string?> variable, IPluginLog log, TimeProvider time, CancellationToken closing)
    {
        _settings = settings;
        _time = time;
        _closing = closing;
        _connector = new Connector(settings, variable, log, time, closing);
        _finder = new CollectionFinder(settings.Collection, time);
        _prompter = new Prompter(settings, time);
        _unlocker = new Unlocker(settings, _prompter, time, closing);
    }

    /// <exception cref="StoreException">It failed.</exception>
    /// <param name="work">What to do in the collection.</param>
    /// <param name="mayPrompt">Whether a person may be asked to unlock it.</param>
    /// <param name="discard">
    /// For work without effects: disposes a result that is not wanted. Such work begins in the collection it was done in
    /// last, while it is asked which one it is now.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    internal Task<T> RunAsync<T>(
        Func<SecretCollection, Progress, Task<T>> work, bool mayPrompt, Action<T>? discard, CancellationToken cancellationToken) => _thread.RunAsync(async () =>
    {
        _running++;
        var progress = new Progress();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing);
        using var silence = new Silence(_settings.Timeout, _time, either.Token);
        try
        {
            return await AttemptAsync(work, mayPrompt, discard, progress, silence);
        }
        catch (ProviderGoneException e)
        {
            throw WithProgress(Failures.Gone(e), progress);
        }
        catch (SessionUnusableException e)
        {
            throw WithProgress(Failures.Undecipherable(e), progress);
        }
        catch (BusException e)
        {
            throw WithProgress(Failures.From(e), progress);
        }
        catch (StoreException e) when (progress.Done > 0)
        {
            throw WithProgress(e, progress);
        }
        catch (OperationCanceledException) when (silence.WasTooLong && !either.IsCancellationRequested)
        {
            throw WithProgress(Failures.Silent(_settings.Timeout), progress);
        }
        finally
        {
            if (--_running == 0 && _closing.IsCancellationRequested)
            {
                _idle.TrySetResult();
            }
        }
    });

    public async ValueTask DisposeAsync()
    {
        _ = await _thread.RunAsync(async () =>
        {
            // Everything under way was cancelled with the token.
            if (_running > 0)
            {
                await _idle.Task;
            }

            await _unlocker.Idle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await _connector.Idle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            _connector.Dispose();
            _prompter.Dispose();
            _changes.Dispose();
            return true;
        });
        await _thread.StopAsync();
    }

    private async Task<T> AttemptAsync<T>(
        Func<SecretCollection, Progress, Task<T>> work, bool mayPrompt, Action<T>? discard, Progress progress, Silence silence)
    {
        bool unlocked = false;
        ProviderGoneException? gone = null;
        bool vanished = false;
        bool renewed = false;
        while (true)
        {
            SecretProvider provider;
            try
            {
                // Connecting has a deadline of its own, which tells a silent bus from a silent provider.
                silence.Pause();
                provider = await _connector.GetAsync(silence.Token);
                silence.Broken();
            }
            catch (StoreException) when (gone is not null)
            {
                // Nobody took its place: what the caller needs to know is what happened to the call.
                throw gone;
            }

            try
            {
                return discard is not null && _finder.Last(provider) is { } last
                    ? await GuessAsync(work, discard, provider, last, progress, silence)
                    : await InAsync(work, provider, await _finder.FindAsync(provider, silence), progress, silence);
            }
            catch (ProviderGoneException e) when (gone is null)
            {
                gone = e;
            }
            catch (SessionUnusableException) when (!renewed)
            {
                renewed = true;
            }
            catch (BusException e) when (ErrorNames.IsNoObject(e.RemoteName) && !vanished)
            {
                // Another hand deleted it between the search and now; or the collection that was found last has gone.
                vanished = true;
                _finder.Forget();
            }
            catch (CollectionLockedException e) when (mayPrompt && !unlocked)
            {
                unlocked = true;
                silence.Pause();
                await _unlocker.UnlockAsync(provider, e.Collection, silence.Caller);
                silence.Broken();
            }
            catch (CollectionLockedException)
            {
                throw mayPrompt ? Failures.StillLocked() : Failures.Locked();
            }
        }
    }

    private async Task<T> GuessAsync<T>(
        Func<SecretCollection, Progress, Task<T>> work, Action<T> discard, SecretProvider provider, string last, Progress progress, Silence silence)
    {
        if (_finder.IsFresh)
        {
            return await InAsync(work, provider, last, progress, silence);
        }

        Task<string> finding = _finder.FindAsync(provider, silence);
        Task<T> guess = InAsync(work, provider, last, progress, silence);
        await ((Task)guess).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        string? path = null;
        try
        {
            path = await finding;
        }
        finally
        {
            if (path != last && guess.IsCompletedSuccessfully)
            {
                discard(guess.Result);
            }
        }

        return path == last ? await guess : await InAsync(work, provider, path, progress, silence);
    }

    private async Task<T> InAsync<T>(Func<SecretCollection, Progress, Task<T>> work, SecretProvider provider, string path, Progress progress, Silence silence)
    {
        try
        {
            return await work(new SecretCollection(provider, path, _prompter, silence, _changes), progress);
        }
        catch (BusException e) when (e.RemoteName == ErrorNames.IsLocked)
        {
            throw new CollectionLockedException(path);
        }
    }

    private static StoreException WithProgress(StoreException e, Progress progress) =>
        progress.Done > 0 ? new StoreException(e.Error, e.Message, e.NativeCode, progress.Done, e.InnerException) : e;
}
