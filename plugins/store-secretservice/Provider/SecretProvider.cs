using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// One program that provides the Secret Service, as it is now: its unique name on the bus, and our session with it. When
/// it goes away, or another takes its place, this object is done with and every call on it ends at once. Used on the GLib
/// thread only.
/// </summary>
internal sealed class SecretProvider : IDisposable
{
    private readonly BusConnection _bus;
    private readonly CancellationTokenSource _gone;
    private SignalSubscription? _ownerChanges;
    private SecretSession? _session;
    private string? _owner;

    private SecretProvider(BusConnection bus)
    {
        _bus = bus;
        _gone = CancellationTokenSource.CreateLinkedTokenSource(bus.Closed);
    }

    /// <summary>Cancelled when the provider or the bus has gone away.</summary>
    internal CancellationToken Gone => _gone.Token;

    internal bool IsAlive => !_gone.IsCancellationRequested && !_bus.IsClosed;

    internal SecretSession Session => _session!;

    /// <summary>Where its items were last.</summary>
    internal ItemMemory Memory { get; } = new();

    /// <summary>Connects to a bus, has it start the provider if it knows how, and opens a session.</summary>
    /// <param name="address">The bus's address.</param>
    /// <param name="silence">Is broken by each answer.</param>
    /// <exception cref="BusException">One of these failed: its step is in <paramref name="step"/>.</exception>
    /// <param name="step">Told what is tried next.</param>
    internal static async Task<SecretProvider> ConnectAsync(string address, Silence silence, Action<ConnectStep> step)
    {
        step(ConnectStep.Bus);
        BusConnection bus = await BusConnection.OpenAsync(address, silence.Token);
        silence.Broken();
        var provider = new SecretProvider(bus);
        try
        {
            await provider.FindAsync(silence, step);
            return provider;
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>Calls a method of the provider, and takes over and disposes its parameters.</summary>
    /// <returns>The reply, which has the named type; the caller disposes it.</returns>
    /// <exception cref="ProviderGoneException">The provider or the bus went away.</exception>
    /// <exception cref="BusException">The provider answered with an error.</exception>
    internal async Task<SafeVariantHandle> CallAsync(
        string path, string interfaceName, string method, SafeVariantHandle parameters, string replyType, Silence silence)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, Gone);
        try
        {
            SafeVariantHandle reply = await _bus.CallAsync(_owner!, path, interfaceName, method, parameters, replyType, either.Token);
            silence.Broken();
            return reply;
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            throw new ProviderGoneException(_bus.IsClosed);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(silence.Token);
        }
        catch (BusException e) when (ErrorNames.IsGone(e.RemoteName) || (e.RemoteName is null && _bus.IsClosed))
        {
            _gone.Cancel();
            throw new ProviderGoneException(_bus.IsClosed);
        }
        catch (BusException e) when (e.RemoteName == ErrorNames.NoSession)
        {
            // Restarted behind the same connection, or it forgot us: as good as gone.
            _gone.Cancel();
            throw new ProviderGoneException(busIsGone: false);
        }
    }

    /// <summary>The value of a property; the caller disposes it.</summary>
    /// <exception cref="ProviderGoneException">The provider or the bus went away.</exception>
    /// <exception cref="BusException">The provider answered with an error.</exception>
    internal async Task<SafeVariantHandle> GetAsync(string path, string interfaceName, string property, Silence silence)
    {
        using SafeVariantHandle reply = await CallAsync(
            path, ServiceNames.Properties, "Get", Variants.Tuple(Variants.Text(interfaceName), Variants.Text(property)), "(v)", silence);
        return Variants.Unbox(reply, 0);
    }

    /// <summary>
    /// Has done with this session: what the provider and libsecret took for its key differs. KWallet and libsecret do not
    /// agree on keys that begin with a zero byte, one in 256; a new session has a new key.
    /// </summary>
    internal SessionUnusableException GiveUpSession()
    {
        _gone.Cancel();
        return new SessionUnusableException();
    }

    /// <summary>Listens to one of the provider's objects.</summary>
    internal SignalSubscription Subscribe(string interfaceName, string member, string path, Action<SafeVariantHandle> handler) =>
        new(_bus, _owner!, interfaceName, member, path, null, handler);

    public void Dispose()
    {
        _gone.Cancel();
        _session?.Dispose();
        _ownerChanges?.Dispose();
        _bus.Dispose();
    }

    private async Task FindAsync(Silence silence, Action<ConnectStep> step)
    {
        // Watched before it is asked for, so that no change is missed.
        _ownerChanges = new SignalSubscription(
            _bus, BusConnection.Bus, BusConnection.Bus, "NameOwnerChanged", BusConnection.BusPath, ServiceNames.Bus, OnOwnerChanged);
        step(ConnectStep.Provider);
        try
        {
            _owner = await GetOwnerAsync(silence);
        }
        catch (BusException e) when (ErrorNames.IsNobody(e.RemoteName))
        {
            // For the bus to start one is not to start a bus: providers are meant to come up when they are first asked for.
            using (await CallBusAsync("StartServiceByName", Variants.Tuple(Variants.Text(ServiceNames.Bus), Variants.UInt32(0)), "(u)", silence))
            {
            }

            _owner = await GetOwnerAsync(silence);
        }

        step(ConnectStep.Session);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, Gone);
        _session = await SecretSession.OpenAsync(_bus, _owner, either.Token);
        silence.Broken();
    }

    private async Task<string> GetOwnerAsync(Silence silence)
    {
        using SafeVariantHandle reply = await CallBusAsync("GetNameOwner", Variants.Tuple(Variants.Text(ServiceNames.Bus)), "(s)", silence);
        return Variants.ChildText(reply, 0);
    }

    private async Task<SafeVariantHandle> CallBusAsync(string method, SafeVariantHandle parameters, string replyType, Silence silence)
    {
        SafeVariantHandle reply = await _bus.CallAsync(BusConnection.Bus, BusConnection.BusPath, BusConnection.Bus, method, parameters, replyType, silence.Token);
        silence.Broken();
        return reply;
    }

    private void OnOwnerChanged(SafeVariantHandle arguments)
    {
        if (_owner is not null && Variants.Is(arguments, "(sss)") && Variants.ChildText(arguments, 2) != _owner)
        {
            _gone.Cancel();
        }
    }
}
