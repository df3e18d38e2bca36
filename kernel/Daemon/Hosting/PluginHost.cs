using System.Collections.Concurrent;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Environment;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>Discover, choose, load, probe: from plugin folders to plugins at work. All or nothing.</summary>
internal sealed class PluginHost(UserPaths paths, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Lazy<IPluginFactory<ISecretStore>>> _stores = new(StringComparer.Ordinal);

    /// <exception cref="PluginException">A directory of plugins cannot be used.</exception>
    internal static PluginSelection Select(DaemonOptions options, PluginsSection? config, HostEnvironment environment)
    {
        IEnumerable<PluginDirectory> directories =
        [
            new PluginDirectory(Path.Combine(AppContext.BaseDirectory, "plugins"), IsSystem: true),
            .. (config?.Directories ?? []).Select(path => new PluginDirectory(path, IsSystem: false)),
        ];
        return PluginSelector.Select(PluginCatalogue.Discover(directories), environment, PluginOverrides.From(options, config));
    }

    internal static HostEnvironment ProbeEnvironment(UserPaths paths) =>
        new EnvironmentProbe(System.Environment.GetEnvironmentVariable, "/").Probe(paths.HomeDirectory, isSystem: paths == SystemPaths.Daemon);

    /// <summary>Chooses all plugins, and loads those that serve everybody: stores are opened per user.</summary>
    /// <exception cref="PluginException">A plugin does not fit, or cannot be loaded.</exception>
    internal LoadedPlugins Load(DaemonOptions options, PluginsSection? config)
    {
        HostEnvironment environment = ProbeEnvironment(paths);
        PluginSelection selection = Select(options, config, environment);
        if (selection.Fault is not null)
        {
            throw new PluginException(selection.Fault);
        }

        T Load<T>(PluginKind kind)
            where T : class
        {
            PluginCandidate candidate = selection[kind];
            return PluginLoader.Create(PluginLoader.LoadFactory<T>(candidate), Context(candidate.FolderName, config, paths, environment));
        }

        return new LoadedPlugins(selection, Load<ITransport>(PluginKind.Transport), Load<IPeerVerifier>(PluginKind.Verifier));
    }

    /// <summary>Opens a user's store, which the caller disposes.</summary>
    /// <param name="candidate">The store that was chosen.</param>
    /// <param name="config">Its settings.</param>
    /// <param name="owner">Where what belongs to its user lies.</param>
    /// <param name="environment">Whose store it is to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PluginException">It cannot be loaded, or does not work now.</exception>
    internal async Task<ISecretStore> OpenStoreAsync(
        PluginCandidate candidate, PluginsSection? config, UserPaths owner, HostEnvironment environment, CancellationToken cancellationToken)
    {
        // Opened per user, perhaps often; the code is loaded once.
        Lazy<IPluginFactory<ISecretStore>> factory = _stores.GetOrAdd(
            candidate.MainAssembly, _ => new Lazy<IPluginFactory<ISecretStore>>(() => PluginLoader.LoadFactory<ISecretStore>(candidate)));
        ISecretStore store = PluginLoader.Create(factory.Value, Context(candidate.FolderName, config, owner, environment));
        try
        {
            await ProbeStoreAsync(candidate.FolderName, store, cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads one store by its id, whether or not the daemon would choose it.</summary>
    /// <exception cref="PluginException">It is not there, is refused, or does not answer.</exception>
    internal async Task<ISecretStore> LoadStoreAsync(string id, PluginsSection? config, CancellationToken cancellationToken)
    {
        HostEnvironment environment = ProbeEnvironment(paths);
        PluginSelection selection = Select(new DaemonOptions { Store = id }, config, environment);
        if (selection.Verdicts.FirstOrDefault(v => v.Outcome == PluginOutcome.Taken && v.Candidate.Manifest!.Kind == PluginKind.Store) is not { } taken)
        {
            throw new PluginException(selection.Fault!);
        }

        return await OpenStoreAsync(taken.Candidate, config, paths, environment, cancellationToken);
    }

    private static async Task ProbeStoreAsync(string id, ISecretStore store, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ProbeTimeout);
        StoreHealth health;
        try
        {
            // On a thread of the pool: a store may block before it returns its task, and the deadline must hold all the same.
            health = await Task.Run(() => store.ProbeAsync(deadline.Token).AsTask(), cancellationToken).WaitAsync(ProbeTimeout, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new PluginException($"The store '{id}' did not say within {ProbeTimeout.TotalSeconds:0} seconds whether it can work.", e);
        }
        catch (StoreException e)
        {
            throw new PluginException($"The store '{id}' cannot be used: {e.Message}", e);
        }

        // The daemon does not slip to another store: a person chooses one on purpose.
        if (health.State == StoreState.Unavailable)
        {
            throw new PluginException($"The store '{id}' cannot be used: {health.Message} To use another on purpose, choose it with --store ID or plugins.store in config.json.");
        }
    }

    private PluginContext Context(string id, PluginsSection? config, UserPaths owner, HostEnvironment environment) => new()
    {
        Id = id,
        Settings = config?.Settings?.GetValueOrDefault(id) ?? [],
        StateDirectory = owner.PluginStateDirectory(id),
        Log = new PluginLog(loggers, id),
        Time = time,
        Environment = environment,
    };
}
