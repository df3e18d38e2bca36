using System.Globalization;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Pending;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.Daemon.Users;

/// <summary>Opens scopes in directories of a test, each user's beside the others', around stores that the test sees.</summary>
internal sealed class FakeScopeFactory(TestDirectory directory, TimeProvider time) : IUserScopeFactory
{
    private int _opened;

    /// <summary>Users that are not served.</summary>
    internal HashSet<uint> Unserved { get; } = [];

    /// <summary>Users whose scope cannot be opened.</summary>
    internal HashSet<uint> Broken { get; } = [];

    /// <summary>Users whose scope opens only when the test completes this.</summary>
    internal Dictionary<uint, TaskCompletionSource> Slow { get; } = [];

    /// <summary>How many scopes were opened.</summary>
    internal int Opened => Volatile.Read(ref _opened);

    /// <summary>The store that each user got last.</summary>
    internal Dictionary<uint, FakeSecretStore> Stores { get; } = [];

    public async Task<UserScope?> OpenAsync(uint? userId, CancellationToken cancellationToken)
    {
        uint user = userId!.Value;
        if (Unserved.Contains(user))
        {
            return null;
        }

        if (Broken.Contains(user))
        {
            throw new UserScopeException($"The files of user {user} are broken.", new IOException("broken"));
        }

        if (Slow.TryGetValue(user, out TaskCompletionSource? gate))
        {
            await gate.Task;
        }

        Interlocked.Increment(ref _opened);
        FakeSecretStore store = Stores[user] = new FakeSecretStore();
        var limits = new Limits();
        return new UserScope(
            user,
            null,
            PathsOf(user),
            new PolicySource(FileOf(user, "config.json"), time, _ => { }),
            new PendingRecorder(new PendingQueue(FileOf(user, "pending.json"), time), time, NullLogger<PendingRecorder>.Instance),
            new AuditTrail(new AuditLog(FileOf(user, "audit.log"), time, limits.AuditMaxBytes, limits.AuditFiles), time),
            new StoreAccess(store, "fake", TimeSpan.FromSeconds(30), NullLogger<StoreAccess>.Instance),
            new ConnectionLimiter(limits));
    }

    /// <summary>Where a user's files lie in the test's directory.</summary>
    internal UserPaths PathsOf(uint user) => new()
    {
        HomeDirectory = "/",
        ConfigDirectory = Path.GetDirectoryName(FileOf(user, "config.json"))!,
        DataDirectory = Path.GetDirectoryName(FileOf(user, "audit.log"))!,
        DefaultSocket = SystemPaths.Socket,
    };

    internal string FileOf(uint user, string name) => directory.Combine(user.ToString(CultureInfo.InvariantCulture), name);

    /// <summary>Whether a user's store was closed.</summary>
    internal async Task<bool> IsClosedAsync(uint user)
    {
        try
        {
            await Stores[user].SearchAsync("demo", [], CancellationToken.None);
            return false;
        }
        catch (Exception e) when (e is ObjectDisposedException or StoreException)
        {
            return true;
        }
    }
}
