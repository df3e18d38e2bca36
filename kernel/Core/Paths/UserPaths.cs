namespace KeychainAuth.Core.Paths;

/// <summary>Where this user's files are, on this platform. Nothing here touches the disk.</summary>
internal sealed class UserPaths
{
    internal const string SocketVariable = "KEYCHAIN_AUTH_SOCKET";

    private const string Folder = "keychain-auth";

    internal required string HomeDirectory { get; init; }

    /// <summary>Holds config.json and pending.json.</summary>
    internal required string ConfigDirectory { get; init; }

    /// <summary>Holds audit.log, the daemon's own log and the plugins' state.</summary>
    internal required string DataDirectory { get; init; }

    /// <summary>Where the daemon listens unless told otherwise.</summary>
    internal required string DefaultSocket { get; init; }

    internal string ConfigFile => Path.Combine(ConfigDirectory, "config.json");

    internal string PendingFile => Path.Combine(ConfigDirectory, "pending.json");

    internal string AuditFile => Path.Combine(DataDirectory, "audit.log");

    internal string DaemonLogFile => Path.Combine(DataDirectory, "daemon.log");

    internal string PluginStateDirectory(string pluginId) => Path.Combine(DataDirectory, "plugins", pluginId);

    /// <summary>The socket to use: the option, then the variable, then the default.</summary>
    internal string ResolveSocket(string? option) =>
        FullAddress(option ?? NonEmpty(Environment.GetEnvironmentVariable(SocketVariable)) ?? DefaultSocket);

    /// <summary>An address that means the same wherever it is used: a socket's full path. A pipe's name is one already.</summary>
    internal static string FullAddress(string address) => OperatingSystem.IsWindows() ? address : Path.GetFullPath(address);

    /// <summary>The paths of the user this process runs as.</summary>
    /// <exception cref="DirectoryNotFoundException">The user has no home directory.</exception>
    internal static UserPaths FromEnvironment()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (!Path.IsPathFullyQualified(home))
        {
            throw new DirectoryNotFoundException("The home directory is unknown: set HOME to an absolute path.");
        }

        if (OperatingSystem.IsMacOS())
        {
            return ForMacOS(home);
        }

        return OperatingSystem.IsWindows() ? ForWindows(home) : ForLinux(home, Environment.GetEnvironmentVariable);
    }

    internal static UserPaths ForLinux(string home, Func<string, string?> variable)
    {
        // The XDG base directory specification: a relative value is invalid and has to be ignored.
        string? Base(string name) => NonEmpty(variable(name)) is { } value && Path.IsPathFullyQualified(value) ? value : null;

        return new UserPaths
        {
            HomeDirectory = home,
            ConfigDirectory = Path.Combine(Base("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config"), Folder),
            DataDirectory = Path.Combine(Base("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), Folder),
            DefaultSocket = Path.Combine(Base("XDG_RUNTIME_DIR") ?? Path.Combine(home, ".cache"), Folder, "agent.sock"),
        };
    }

    private static UserPaths ForMacOS(string home)
    {
        string support = Path.Combine(home, "Library", "Application Support", Folder);
        return new UserPaths
        {
            HomeDirectory = home,
            ConfigDirectory = support,
            DataDirectory = Path.Combine(home, "Library", "Logs", Folder),
            DefaultSocket = Path.Combine(support, "agent.sock"),
        };
    }

    private static UserPaths ForWindows(string home) => new()
    {
        HomeDirectory = home,
        ConfigDirectory = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), Folder),
        DataDirectory = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Folder),
        DefaultSocket = @"\\.\pipe\keychain-auth",
    };

    private static string? NonEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
