using KeychainAuth.Core;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Windows;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
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

    private readonly ILogger _logger = loggers.CreateLogger<BrokerService>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConnectionTasks _connections = new();
    private readonly StormMemory _stormMemory = new();
    private InstanceFile? _instance;
    private AuditTrail? _audit;
    private UserScopes? _scopes;
    private LoadedPlugins? _plugins;
    private ITransportListener? _listener;
    private Task _work = Task.CompletedTask;

    /// <exception cref="StartupException">The daemon cannot serve; the message says why and what mends it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartServingAsync(cancellationToken);
        }
        catch (Exception e) when (e is PluginException or TransportException or DocumentException or AuditException or IOException or UnauthorizedAccessException)
        {
            await CloseAsync();
            throw new StartupException(e.Message, e);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        await _stopping.CancelAsync();
        await _work.WaitAsync(DrainTimeout, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync();
    }

    /// <summary>Releases what <see cref="StopAsync"/> does not; the audit trail is closed there, whether it started or not.</summary>
    public void Dispose()
    {
        _stopping.Dispose();
        _connections.Dispose();
    }

    private async Task StartServingAsync(CancellationToken cancellationToken)
    {
        string socket = paths.ResolveSocket(options.Socket);
        ClaimSocket(socket);

        // Whoever may write there decides who gets secrets.
        PrivateDirectory.Ensure(paths.ConfigDirectory);
        ConfigDocument config = ConfigFile.At(paths.ConfigFile).Read();
        Limits limits = Limits.From(config.Limits);
        _audit = new AuditTrail(new AuditLog(paths.AuditFile, time, limits.AuditMaxBytes, limits.AuditFiles), time);
        var host = new PluginHost(paths, time, loggers);
        _plugins = host.Load(options, config.Plugins);
        AuditPlugins(_plugins);
        ISecretStore store = await host.OpenStoreAsync(
            _plugins.Selection[PluginKind.Store], config.Plugins, PluginHost.ProbeEnvironment(paths), cancellationToken);
        UserScope scope = CreateScope(_plugins, store, _audit, limits);
        _scopes = new UserScopes(new OwnUserScopeFactory(scope), time, loggers.CreateLogger<UserScopes>());

        // For as long as the daemon runs: its own user's scope is never idle.
        _ = await _scopes.EnterAsync(scope.UserId, cancellationToken);
        scope.Policies.Current();
        _listener = await _plugins.Transport.BindAsync(socket, cancellationToken);
        _instance!.Publish(Describe(_listener.Address, _plugins));
        _work = Task.WhenAll(AcceptAsync(_listener, CreatePipeline(_plugins, _scopes, limits)), TickAsync(_scopes));
        LogListening(_logger, ProductInfo.DaemonName, ProductInfo.Version, System.Environment.ProcessId, _listener.Address, _plugins.Id(PluginKind.Store));
    }

    private void ClaimSocket(string socket)
    {
        _instance = InstanceFile.TryClaim(paths, socket);
        if (_instance is null)
        {
            DaemonInstance? other = InstanceFile.Find(paths, socket);
            throw new StartupException(other is null
                ? $"Another {ProductInfo.DaemonName} is starting or stopping on {socket} at this moment: wait for it, or choose another socket with --socket."
                : $"{ProductInfo.DaemonName} {other.Version} (process {other.ProcessId}) serves {socket} already: stop it, or choose another socket with --socket.");
        }
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

    private async Task AcceptAsync(ITransportListener listener, RequestPipeline pipeline)
    {
        try
        {
            while (true)
            {
                await _connections.WaitForRoomAsync(_stopping.Token);
                if (await listener.AcceptAsync(_stopping.Token) is not { } connection)
                {
                    break;
                }

                _connections.Run(() => pipeline.ServeAsync(connection, _stopping.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception e)
        {
            // Whatever it is (a listener is foreign code): a daemon that accepts nothing must not look alive.
            LogListenerFailed(_logger, e.Message);
            lifetime.StopApplication();
        }

        await _connections.WhenAllEnded();
    }

    private async Task TickAsync(UserScopes scopes)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                _stormMemory.Tick(_connections.Count);
                scopes.Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
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
        Mode = "user",
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
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (_scopes is not null)
        {
            await _scopes.DisposeAsync();
        }

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

        _instance?.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "{Name} {Version} (process {ProcessId}) listens on {Address}, store {Store}")]
    private static partial void LogListening(ILogger logger, string name, string version, int processId, string address, string store);

    [LoggerMessage(LogLevel.Information, "Policy read: {Count} registered programs")]
    private static partial void LogPolicy(ILogger logger, int count);

    [LoggerMessage(LogLevel.Critical, "The listener failed: {Cause}")]
    private static partial void LogListenerFailed(ILogger logger, string cause);

    [LoggerMessage(LogLevel.Error, "{Cause}")]
    private static partial void LogAuditFailed(ILogger logger, string cause);
}
