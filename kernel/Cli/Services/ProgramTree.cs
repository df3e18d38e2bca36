using System.Runtime.InteropServices;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Services;

/// <summary>
/// The directory that this program and the daemon lie in. System mode runs code from there for everybody, so nobody but
/// root may be able to change it, nor anything on the way to it.
/// </summary>
internal static class ProgramTree
{
    /// <exception cref="CliException">Somebody else could change what the service would run.</exception>
    internal static void RequireSafe(string directory)
    {
        string daemon = DaemonProgram.PathIn(directory);
        if (!File.Exists(daemon))
        {
            throw new CliException($"The daemon is missing from {directory}: install it beside this program.");
        }

        for (string? at = directory.TrimEnd('/'); !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            RequireRoots(at);
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories))
        {
            RequireRoots(entry);
        }
    }

    private static void RequireRoots(string path)
    {
        if (Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer status) != 0)
        {
            throw new CliException($"{path} cannot be looked at: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (status.stx_uid != 0
            || (status.FileType != Interop.Libc.S_IFLNK && (status.Permissions & (Interop.Libc.S_IWGRP | Interop.Libc.S_IWOTH)) != 0))
        {
            throw new CliException($"{path} can be changed by others than root, and the service would run it for everybody: install keychain-auth in a directory of root's, such as /usr/lib/keychain-auth.");
        }
    }
}
