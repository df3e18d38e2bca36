namespace KeychainAuth.Daemon.Environment;

/// <summary>Facts about the environment that a plugin's manifest may require.</summary>
internal static class EnvironmentMarker
{
    internal const string Display = "display";
    internal const string Headless = "headless";
    internal const string Wsl = "wsl";

    /// <summary>A display, and not WSL: a session in which a person's keychain is expected.</summary>
    internal const string Desktop = "desktop";

    internal const string SessionBus = "dbus-session";
    internal const string Ssh = "ssh";
    internal const string Container = "container";

    /// <summary>One daemon, under an account of its own, serves all users of the machine.</summary>
    internal const string System = "system";
}
