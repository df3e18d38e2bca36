using KeychainAuth.Core.Accounts;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Users;

/// <summary>
/// System mode: serves every account of the machine, each with files of its own in a directory that only the daemon
/// may enter. A number without an account is not served: who gets it next would inherit its secrets.
/// </summary>
/// <param name="plugins">Opens stores.</param>
/// <param name="store">The store that was chosen for all.</param>
/// <param name="environment">What was found out about the machine.</param>
/// <param name="config">Root's configuration at the start.</param>
/// <param name="shared">What root lets programs of every user do.</param>
/// <param name="sealing">Seals what stores keep.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">For what an operator should know.</param>
internal sealed class SystemUserScopeFactory(
    PluginHost plugins,
    PluginCandidate store,
    HostEnvironment environment,
    ConfigDocument config,
    PolicySource shared,
    SealedStoreFactory sealing,
    TimeProvider time,
    ILoggerFactory loggers) : IUserScopeFactory
{
    // What the kernel shows for users of other namespaces: nobody in particular.
    private const uint OverflowUser = 65534;

    public async Task<UserScope?> OpenAsync(uint? userId, CancellationToken cancellationToken)
    {
        try
        {
            return userId is { } user and not OverflowUser && UserAccount.Find(user) is { } account
                ? await OpenAsync(account, cancellationToken)
                : null;
        }
        catch (Exception e) when (e is PluginException or StoreException or DocumentException or IOException or UnauthorizedAccessException)
        {
            throw new UserScopeException(e.Message, e);
        }
    }

    private async Task<UserScope> OpenAsync(UserAccount account, CancellationToken cancellationToken)
    {
        UserPaths paths = SystemPaths.For(account.UserId, account.HomeDirectory);
        PrivateDirectory.Ensure(paths.DataDirectory);
        PrivateDirectory.Ensure(Path.GetDirectoryName(paths.PluginStateDirectory(store.FolderName))!);
        Limits limits = Limits.From(config.Limits);
        SealedStore secrets = sealing.Wrap(
            await plugins.OpenStoreAsync(store, config.Plugins, paths, EnvironmentOf(account), cancellationToken), account.UserId, paths.DataDirectory);
        var pending = new PendingRecorder(new PendingQueue(paths.PendingFile, time), time, loggers.CreateLogger<PendingRecorder>());
        return new UserScope(
            account.UserId,
            Sid: null,
            paths,
            new PolicySource(paths.ConfigFile, time, _ => pending.Forget()) { Shared = shared },
            pending,
            new AuditTrail(new AuditLog(paths.AuditFile, time, limits.AuditMaxBytes, limits.AuditFiles), time),
            new StoreAccess(secrets, store.FolderName, limits.StoreTimeout, loggers.CreateLogger<StoreAccess>()),
            new ConnectionLimiter(limits))
        {
            KeyRotation = secrets.Rotation,
            DemandsLaunch = true,
        };
    }

    private HostEnvironment EnvironmentOf(UserAccount account) => new()
    {
        OperatingSystem = environment.OperatingSystem,
        Markers = environment.Markers,
        HomeDirectory = Path.IsPathFullyQualified(account.HomeDirectory) ? account.HomeDirectory : "/",
        UserId = account.UserId,
    };
}
