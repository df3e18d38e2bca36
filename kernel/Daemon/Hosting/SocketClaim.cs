using KeychainAuth.Core;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// That one daemon and no other serves a socket: a user's by the lock beside it, the system's by one in the daemon's own
/// directory, because its socket's directory is everybody's to enter and nothing that says who runs lies there.
/// </summary>
internal sealed class SocketClaim(DaemonOptions options, UserPaths paths) : IDisposable
{
    private InstanceFile? _instance;
    private InterProcessLock? _system;

    internal string Socket { get; } = options.System ? SystemPaths.Socket : paths.ResolveSocket(options.Socket);

    /// <summary>
    /// Whether others still find the claim. Somebody may have removed it: then a second daemon could start, or the command
    /// line take this one for ended. The system's lies where only the daemon may write.
    /// </summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    internal bool IsInPlace() => options.System || _instance?.IsInPlace() == true;

    /// <summary>Claims the socket; anew where it was claimed before, because a user's lock may have been removed with it.</summary>
    /// <exception cref="StartupException">Another daemon serves it.</exception>
    /// <exception cref="IOException">The lock's directory cannot be used.</exception>
    internal void Take()
    {
        if (options.System)
        {
            TakeSystem();
            return;
        }

        _instance?.Dispose();
        _instance = null;
        _instance = InstanceFile.TryClaim(paths, Socket);
        if (_instance is null)
        {
            DaemonInstance? other = InstanceFile.Find(paths, Socket);
            throw new StartupException(other is null
                ? $"Another {ProductInfo.DaemonName} is starting or stopping on {Socket} at this moment: wait for it, or choose another socket with --socket."
                : $"{ProductInfo.DaemonName} {other.Version} (process {other.ProcessId}) serves {Socket} already: stop it, or choose another socket with --socket.");
        }
    }

    /// <summary>Says which daemon it is, to those who ask without connecting. The system daemon is asked by connecting.</summary>
    /// <exception cref="IOException">The note beside the socket cannot be written.</exception>
    internal void Publish(DaemonInstance instance) => _instance?.Publish(instance);

    public void Dispose()
    {
        _instance?.Dispose();
        _instance = null;
        _system?.Dispose();
    }

    private void TakeSystem()
    {
        if (_system is not null)
        {
            return;
        }

        _system = new InterProcessLock(Path.Combine(paths.DataDirectory, "daemon.lock"));
        if (!_system.TryEnter())
        {
            throw new StartupException("Another system daemon is running: stop it first.");
        }
    }
}
