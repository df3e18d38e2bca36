using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Processes;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>Granted launches that have not been seen to the end, by process.</summary>
internal sealed class LaunchRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Launch> _launches = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _launches.Count;
            }
        }
    }

    /// <summary>Waits for a launch. A process that asks twice is waited for once, for the later program.</summary>
    public void Add(Launch launch)
    {
        lock (_lock)
        {
            _launches[launch.ProcessId] = launch;
        }
    }

    public void Remove(Launch launch)
    {
        lock (_lock)
        {
            if (_launches.TryGetValue(launch.ProcessId, out Launch? current) && current == launch)
            {
                _launches.Remove(launch.ProcessId);
            }
        }
    }

    /// <summary>The launch that a peer's process asked for.</summary>
    public Launch? Find(PeerCredentials peer)
    {
        Launch? launch;
        lock (_lock)
        {
            _launches.TryGetValue(peer.ProcessId, out launch);
        }

        // Where the kernel numbers processes uniquely; else the number and that both are alive must do.
        return launch?.UniqueNumber is { } unique && peer.ProcessHandle is { } process && PidFd.ReadUniqueNumber(process) != unique
            ? null
            : launch;
    }
}
