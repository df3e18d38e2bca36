using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// Keeps the one connection to the provider, and makes another when that one is done with. Requests that come meanwhile
/// wait for the same attempt. Used on the GLib thread only.
/// </summary>
internal sealed class Connector(
    SecretServiceSettings settings, Func<string, string?> variable, IPluginLog log, TimeProvider time, CancellationToken closing) : IDisposable
{
    private Task<SecretProvider>? _current;
    private bool _saidPlain;

    /// <summary>Ends when nothing is being connected.</summary>
    internal Task Idle => _current ?? Task.CompletedTask;

    /// <exception cref="StoreException">There is no provider to be had.</exception>
    internal Task<SecretProvider> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is null || (_current.IsCompleted && !(_current.IsCompletedSuccessfully && _current.Result.IsAlive)))
        {
            Dispose();
            _current = ConnectAsync();
            _ = _current.ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return _current.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (_current is { IsCompletedSuccessfully: true })
        {
            _current.Result.Dispose();
        }

        _current = null;
    }

    private async Task<SecretProvider> ConnectAsync()
    {
        string address = settings.BusAddress ?? BusAddress.Find(variable) ?? throw Failures.NoBus();
        using var silence = new Silence(settings.Timeout, time, closing);
        var step = ConnectStep.Bus;
        try
        {
            SecretProvider provider = await SecretProvider.ConnectAsync(address, silence, next => step = next);
            if (!provider.Session.IsEncrypted && !_saidPlain)
            {
                _saidPlain = true;
                log.Write(PluginLogLevel.Warning, "The Secret Service offers no encrypted session: values cross the session bus in the clear, where every program of this user can listen.");
            }

            return provider;
        }
        catch (BusException e)
        {
            throw step switch
            {
                ConnectStep.Bus => Failures.Unreachable(e),
                ConnectStep.Provider when ErrorNames.IsFailedStart(e.RemoteName) => Failures.FailedStart(e),
                ConnectStep.Provider when ErrorNames.IsNobody(e.RemoteName) => Failures.NoProvider(e),
                ConnectStep.Session when ErrorNames.IsGone(e.RemoteName) => Failures.Gone(new ProviderGoneException(busIsGone: false)),
                ConnectStep.Session => Failures.NoSession(e),
                _ => Failures.From(e),
            };
        }
        catch (OperationCanceledException) when (silence.WasTooLong)
        {
            throw step == ConnectStep.Bus ? Failures.SilentBus(settings.Timeout) : Failures.Silent(settings.Timeout);
        }
        catch (OperationCanceledException) when (!closing.IsCancellationRequested)
        {
            throw Failures.Gone(new ProviderGoneException(busIsGone: false));
        }
    }
}
