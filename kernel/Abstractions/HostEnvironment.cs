namespace KeychainAuth.Plugin;

/// <summary>The environment as probed once at start. Plugins ask here rather than reading variables themselves.</summary>
public sealed class HostEnvironment
{
    /// <summary><c>linux</c>, <c>macos</c> or <c>windows</c>.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>
    /// Facts that a manifest can require: <c>display</c>, <c>headless</c> (no display), <c>wsl</c>, <c>desktop</c> (a
    /// display, and not WSL), <c>dbus-session</c>, <c>ssh</c>, <c>container</c>, <c>system</c> (one daemon under an account of its own serves
    /// all users, and a user's session is out of reach). Compared ordinally.
    /// </summary>
    public required IReadOnlySet<string> Markers { get; init; }

    /// <summary>The home directory of the user whose secrets the plugin handles. Absolute.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>The numeric id of that user; null on Windows.</summary>
    public required uint? UserId { get; init; }
}
