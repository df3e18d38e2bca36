using KeychainAuth.Core;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Windows;
using KeychainAuth.Daemon.Admin;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>The daemon's life: claim the socket, load the plugins, listen, serve until told to stop, close in order.</summary>
internal sealed partial class BrokerService(
    DaemonOptions options, UserPaths paths, TimeProvider time, ILoggerFactory loggers, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceUnreachable = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger<BrokerService>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConnectionTasks _connections = new();
    private readonly ConnectionTasks _adminConnections = new();
    private readonly StormMemory _stormMemory = new();
    private readonly PoolWatch _poolWatch = new(loggers.CreateLogger<PoolWatch>());
    private readonly SocketClaim _claim = new(options, paths);
    private AuditTrail? _audit;
    private SealedStoreFactory? _sealing;
    private UserScopes? _scopes;
    private LoadedPlugins? _plugins;
    private ConnectionAcceptor? _acceptor;
    private ConnectionAcceptor? _adminAcceptor;
    private Task _work = Task.CompletedTask;
    private long? _unreachableSince;

    private IEnumerable<ConnectionAcceptor> Acceptors => new[] { _acceptor, _adminAcceptor }.OfType<ConnectionAcceptor>();

    /// <summary>Whether the daemon stops because it can accept no more, rather than because it was told to.</summary>
    internal bool HasFailed { get; private set; }

    /// <exception cref="StartupException">The daemon cannot serve; the message says why and what mends it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartServingAsync(cancellationToken);
        }
        catch (Exception e) when (e is PluginException or TransportException or DocumentException or AuditException or MasterKeyException or IOException or UnauthorizedAccessException)
        {
            await CloseAsync();
            throw new StartupException(e.Message, e);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (ConnectionAcceptor acceptor in Acceptors)
        {
            await acceptor.DisposeAsync();
        }

        await _stopping.CancelAsync();
        await _work.WaitAsync(DrainTimeout, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
    }

    /// <summary>Releases what <see cref="StopAsync"/> does not; the audit trail is closed there, whether it started or not.</summary>
    public void Dispose()
    {
        _stopping.Dispose();
        _poolWatch.Dispose();
        _connections.Dispose();
        _adminConnections.Dispose();
    }

    private async Task StartServingAsync(CancellationToken cancellationToken)
    {
        _claim.Take();
        ConfigDocument config = ReadConfig();
        Limits limits = Limits.From(config.Limits);
        _audit = new AuditTrail(new AuditLog(paths.AuditFile, time, limits.AuditMaxBytes, limits.AuditFiles), time);
        var host = new PluginHost(paths, time, loggers);
        _plugins = host.Load(options, config.Plugins);
        AuditPlugins(_plugins);
        _scopes = options.System
            ? ScopesOfAllUsers(host, _plugins, config)
            : await ScopesOfOwnUserAsync(host, _plugins, config, _audit, cancellationToken);
        _acceptor = await ListenAsync(_claim.Socket, _connections, CreatePipeline(_plugins, _scopes, limits).ServeAsync, cancellationToken);
        DaemonInstance instance = Describe(_acceptor.Address, _plugins);
        _claim.Publish(instance);
        List<Task> work = [AcceptAsync(_acceptor, _connections), TickAsync(_scopes)];
        if (options.System)
        {
            _adminAcceptor = await ListenAsync(
                SystemPaths.AdminSocket, _adminConnections, CreateAdminPipeline(_plugins, _scopes, instance).ServeAsync, cancellationToken);
            work.Add(AcceptAsync(_adminAcceptor, _adminConnections));
        }

        _work = Task.WhenAll(work);
        LogListening(_logger, ProductInfo.DaemonName, ProductInfo.Version, System.Environment.ProcessId, _acceptor.Address, _plugins.Id(PluginKind.Store));
    }

    private Task<ConnectionAcceptor> ListenAsync(
        string socket, ConnectionTasks connections, Func<IPeerConnection, CancellationToken, Task> serveAsync, CancellationToken cancellationToken) =>
        ConnectionAcceptor.BindAsync(
            _plugins!.Transport,
            socket,
            connections,
            connection => serveAsync(connection, _stopping.Token),
            cancellationToken);

    private ConfigDocument ReadConfig()
    {
        if (options.System)
        {
            return SystemConfigFile.Read(paths.ConfigFile);
        }

        // Whoever may write there decides who gets secrets.
        PrivateDirectory.Ensure(paths.ConfigDirectory);
        return ConfigFile.At(paths.ConfigFile).Read();
    }

    private async Task<UserScopes> ScopesOfOwnUserAsync(
        PluginHost host, LoadedPlugins plugins, ConfigDocument config, AuditTrail audit, CancellationToken cancellationToken)
    {
        ISecretStore store = await host.OpenStoreAsync(
            plugins.Selection[PluginKind.Store], config.Plugins, paths, PluginHost.ProbeEnvironment(paths), cancellationToken);
        UserScope scope = CreateScope(plugins, store, audit, Limits.From(config.Limits));
        var scopes = new UserScopes(new OwnUserScopeFactory(scope), time, loggers.CreateLogger<UserScopes>());

        // For as long as the daemon runs: its own user's scope is never idle.
        _ = await scopes.EnterAsync(scope.UserId, cancellationToken);
        scope.Policies.Current();
        return scopes;
    }

    private UserScopes ScopesOfAllUsers(PluginHost host, LoadedPlugins plugins, ConfigDocument config)
    {
        var shared = new PolicySource(
            paths.ConfigFile, time, snapshot => LogPolicy(_logger, snapshot.RegisteredCount), () => SystemConfigFile.Read(paths.ConfigFile));
        shared.Current();
        _sealing = new SealedStoreFactory(
            MasterKeys.Load(System.Environment.GetEnvironmentVariable(MasterKeys.DirectoryVariable)), time, loggers.CreateLogger<SealedStoreFactory>());
        _sealing.Announce();
        var factory = new SystemUserScopeFactory(
            host, plugins.Selection[PluginKind.Store], PluginHost.ProbeEnvironment(paths), config, shared, _sealing, time, loggers);
        return new UserScopes(factory, time, loggers.CreateLogger<UserScopes>());
    }

    private UserScope CreateScope(LoadedPlugins plugins, ISecretStore store, AuditTrail audit, Limits limits)
    {
        var pending = new PendingRecorder(new PendingQueue(paths.PendingFile, time), time, loggers.CreateLogger<PendingRecorder>());
        var policies = new PolicySource(paths.ConfigFile, time, snapshot =>
        {
            pending.Forget();
            LogPolicy(_logger, snapshot.RegisteredCount);
        });
        return new UserScope(
            PluginHost.ProbeEnvironment(paths).UserId,
            OperatingSystem.IsWindows() ? WindowsUser.Current.ToString() : null,
            paths,
            policies,
            pending,
            audit,
            new StoreAccess(store, plugins.Id(PluginKind.Store), limits.StoreTimeout, loggers.CreateLogger<StoreAccess>()),
            new ConnectionLimiter(limits));
    }

    private RequestPipeline CreatePipeline(LoadedPlugins plugins, UserScopes scopes, Limits limits)
    {
        var responder = new RefusalResponder(_audit!, loggers.CreateLogger<RefusalResponder>());
        var admission = new PeerAdmission(plugins.Verifier, scopes, limits, time, responder);
        LaunchService? launches = plugins.Verifier is ILaunchVerifier verifier
            ? new LaunchService(verifier, responder, limits, loggers.CreateLogger<LaunchService>())
            : null;
        return new RequestPipeline(admission, responder, launches, limits, time, loggers.CreateLogger<RequestPipeline>());
    }

    private AdminPipeline CreateAdminPipeline(LoadedPlugins plugins, UserScopes scopes, DaemonInstance instance)
    {
        var actions = new AdminActions(instance, plugins.Selection, PluginHost.ProbeEnvironment(paths).Markers, new PolkitAuthority(time), time);
        return new AdminPipeline(scopes, actions, _audit!, loggers.CreateLogger<AdminPipeline>());
    }

    private async Task AcceptAsync(ConnectionAcceptor acceptor, ConnectionTasks connections)
    {
        try
        {
            await acceptor.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception e)
        {
            // Whatever it is (a listener is foreign code): a daemon that accepts nothing must not look alive.
            Fail(e);
        }

        await connections.WhenAllEnded();
    }

    private async Task TickAsync(UserScopes scopes)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                _stormMemory.Tick(_connections.TakeMost());
                scopes.Tick();
                foreach (ConnectionAcceptor acceptor in Acceptors)
                {
                    await KeepReachableAsync(acceptor);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception e)
        {
            // Without this work logs are not put on disk, and nobody would notice.
            Fail(e);
        }
    }

    // The note and the lock that say who is there lie beside the socket and may go with it, before it, or after it.
    private async Task KeepReachableAsync(ConnectionAcceptor acceptor)
    {
        try
        {
            bool isReachable = acceptor.IsReachable;
            if (isReachable && _claim.IsInPlace())
            {
                return;
            }

            _claim.Take();
            if (!isReachable)
            {
                await acceptor.BindAnewAsync(_stopping.Token);
            }

            _claim.Publish(Describe(acceptor.Address, _plugins!));
            _unreachableSince = null;
            LogReachableAgain(_logger, acceptor.Address);
        }
        catch (StartupException e)
        {
            Fail(e);
        }
        catch (Exception e) when (e is TransportException or IOException or UnauthorizedAccessException)
        {
            // Whoever removes the directory may not be done yet.
            _unreachableSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_unreachableSince.Value) > PatienceUnreachable)
            {
                Fail(e);
                return;
            }

            LogNotReachable(_logger, acceptor.Address, e.Message);
        }
    }

    private void Fail(Exception cause)
    {
        HasFailed = true;
        LogListenerFailed(_logger, cause.Message);
        lifetime.StopApplication();
    }

    private void AuditPlugins(LoadedPlugins plugins)
    {
        foreach (PluginCandidate taken in plugins.Selection.Verdicts.Where(v => v.Outcome == PluginOutcome.Taken).Select(v => v.Candidate))
        {
            _audit!.Append(new AuditRecord
            {
                Action = AuditAction.Plugin,
                Result = AuditResult.Accepted,
                ProcessId = System.Environment.ProcessId,
                BinaryPath = taken.MainAssembly,
                BinaryHash = BinaryIdentity.HashPrefix + taken.Sha256,
                Detail = $"{taken.FolderName} {taken.Manifest!.Version}",
            });
        }
    }

    private DaemonInstance Describe(string address, LoadedPlugins plugins) => new()
    {
        ProcessId = System.Environment.ProcessId,
        Version = ProductInfo.Version,
        Mode = options.System ? "system" : "user",
        SocketPath = address,
        ConfigPath = paths.ConfigFile,
        AuditPath = paths.AuditFile,
        Transport = plugins.Id(PluginKind.Transport),
        Verifier = plugins.Id(PluginKind.Verifier),
        Store = plugins.Id(PluginKind.Store),
        StartedAt = time.GetUtcNow(),
    };

    private async Task CloseAsync()
    {
        foreach (ConnectionAcceptor acceptor in Acceptors)
        {
            await acceptor.DisposeAsync();
        }

        if (_scopes is not null)
        {
            await _scopes.DisposeAsync();
        }

        _sealing?.Dispose();
        if (_plugins is not null)
        {
            await _plugins.DisposeAsync();
        }

        try
        {
            _audit?.Dispose();
        }
        catch (AuditException e)
        {
            LogAuditFailed(_logger, e.Message);
        }

        _claim.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "{Name} {Version} (process {ProcessId}) listens on {Address}, store {Store}")]
    private static partial void LogListening(ILogger logger, string name, string version, int processId, string address, string store);

    [LoggerMessage(LogLevel.Information, "Policy read: {Count} registered programs")]
    private static partial void LogPolicy(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "The socket {Address}, or what lies beside it, was removed by somebody else; it is there again")]
    private static partial void LogReachableAgain(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning, "The socket {Address}, or what lies beside it, was removed by somebody else, and is not there again yet: {Cause}")]
    private static partial void LogNotReachable(ILogger logger, string address, string cause);

    [LoggerMessage(LogLevel.Critical, "The listener failed: {Cause}")]
    private static partial void LogListenerFailed(ILogger logger, string cause);

    [LoggerMessage(LogLevel.Error, "{Cause}")]
    private static partial void LogAuditFailed(ILogger logger, string cause);
}
