namespace KeychainAuth.Core.Paths;

/// <summary>
/// Which daemon programs of this user talk to: the one whose socket is named, else the system daemon where one is
/// installed, else the user's own. A system daemon that is installed and does not answer is an error and not a reason to
/// fall back: what was approved there would be missing here.
/// </summary>
internal static class SystemMode
{
    /// <summary>Whether the system daemon is meant.</summary>
    /// <param name="socket">The socket that was named by an option; null when none was.</param>
    internal static bool IsChosen(string? socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        socket ??= Environment.GetEnvironmentVariable(UserPaths.SocketVariable);
        return string.IsNullOrEmpty(socket)
            ? IsInstalled
            : Path.GetFullPath(socket) is SystemPaths.Socket or SystemPaths.AdminSocket;
    }

    /// <summary>Whether the system daemon's socket is there; somebody may listen or not.</summary>
    private static bool IsInstalled =>
        Interop.Libc.StatX(SystemPaths.Socket, followLink: false, out Interop.Libc.statx_buffer status) == 0
        && status.FileType == Interop.Libc.S_IFSOCK;
}
