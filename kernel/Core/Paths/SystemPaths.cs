using System.Globalization;

namespace KeychainAuth.Core.Paths;

/// <summary>Where system mode keeps its files. One place per machine, so nothing here depends on the environment.</summary>
internal static class SystemPaths
{
    /// <summary>The account the system daemon runs as.</summary>
    internal const string Account = "keychain-auth";

    /// <summary>The group that the launcher gives to what it starts.</summary>
    internal const string ClientsGroup = "keychain-auth-clients";

    /// <summary>Root's: config.json with plugins, limits and entries for everybody. Readable by the daemon alone.</summary>
    internal const string ConfigDirectory = "/etc/keychain-auth";

    /// <summary>The daemon's: its own log, and a directory for each user.</summary>
    internal const string StateDirectory = "/var/lib/keychain-auth";

    internal const string RuntimeDirectory = "/run/keychain-auth";

    /// <summary>Where programs ask for secrets.</summary>
    internal const string Socket = RuntimeDirectory + "/agent.sock";

    /// <summary>Where the command line asks and changes.</summary>
    internal const string AdminSocket = RuntimeDirectory + "/admin.sock";

    /// <summary>The credential that holds the master key in use.</summary>
    internal const string MasterKey = "keychain-auth.master-key";

    /// <summary>The credential that holds the master key used before, while some user's keys are still wrapped by it.</summary>
    internal const string PreviousMasterKey = "keychain-auth.previous-master-key";

    /// <summary>Where credentials lie that systemd has sealed to this machine.</summary>
    internal const string SealedCredentials = "/etc/credstore.encrypted";

    /// <summary>Where credentials lie as root-only files.</summary>
    internal const string PlainCredentials = "/etc/credstore";

    /// <summary>What 'keychain-auth key' adds to the unit: which credentials it hands over.</summary>
    internal const string CredentialsDropIn = "/etc/systemd/system/keychain-auth.service.d/10-master-key.conf";

    /// <summary>The daemon's own files.</summary>
    internal static UserPaths Daemon { get; } = new()
    {
        HomeDirectory = StateDirectory,
        ConfigDirectory = ConfigDirectory,
        DataDirectory = StateDirectory,
        DefaultSocket = Socket,
    };

    /// <summary>What the daemon keeps for a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="homeDirectory">That user's home directory, which nothing of ours is in.</param>
    internal static UserPaths For(uint userId, string homeDirectory)
    {
        string directory = Path.Combine(StateDirectory, userId.ToString(CultureInfo.InvariantCulture));
        return new UserPaths
        {
            HomeDirectory = homeDirectory,
            ConfigDirectory = directory,
            DataDirectory = directory,
            DefaultSocket = Socket,
        };
    }
}
