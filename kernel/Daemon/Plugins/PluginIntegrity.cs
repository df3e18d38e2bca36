using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Windows;
using static Interop.Libc;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>
/// Whether anybody but root and the daemon's user could have put code into a plugin directory. A load context is no
/// sandbox, so who may write there may become the daemon.
/// </summary>
internal static class PluginIntegrity
{
    /// <summary>Checks a plugin directory and everything above it.</summary>
    /// <returns>Null when it is safe, otherwise a sentence that says what is not and what mends it.</returns>
    internal static string? FindDirectoryFault(string directory)
    {
        for (string? path = Path.GetFullPath(directory); path is not null; path = Path.GetDirectoryName(path))
        {
            if (FindEntryFault(path, S_IFDIR, allowSticky: true) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>Checks one file, by what it is and who may write to it.</summary>
    /// <returns>Null when it is safe, otherwise a sentence that says what is not and what mends it.</returns>
    internal static string? FindPlainFileFault(string file) => FindEntryFault(file, S_IFREG, allowSticky: false);

    /// <summary>Whether reading it, through links, reads a file: neither a FIFO nor a device.</summary>
    internal static bool IsRegularFile(string path) => !OperatingSystem.IsWindows()
        ? StatX(path, followLink: true, out statx_buffer status) == 0 && status.FileType == S_IFREG
        : File.Exists(path);

    /// <summary>Checks a plugin's folder and every file in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hashes">The list its files must match, where there is one.</param>
    /// <returns>Null when it is safe, otherwise a sentence that says what is not and what mends it.</returns>
    internal static string? FindFolderFault(string folder, PluginHashList? hashes)
    {
        if (FindEntryFault(folder, S_IFDIR, allowSticky: false) is { } folderFault)
        {
            return folderFault;
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            // A link to a directory counts as a link: the entry itself is looked at, never what it points to.
            string? fault = Directory.Exists(entry) && new FileInfo(entry).LinkTarget is null
                ? FindFolderFault(entry, hashes)
                : FindFileFault(entry, hashes);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? FindFileFault(string file, PluginHashList? hashes)
    {
        string name = Path.GetFileName(file);
        if (name.Contains(".runtimeconfig.", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return $"{file} could make the runtime load code from anywhere: remove it, and build with GenerateRuntimeConfigurationFiles=false.";
        }

        return FindPlainFileFault(file) ?? hashes?.FindFault(file);
    }

    private static string? FindEntryFault(string path, int expectedType, bool allowSticky)
    {
        if (OperatingSystem.IsWindows())
        {
            return FindWindowsFault(path, expectedType, allowSticky);
        }

        if (StatX(path, followLink: false, out statx_buffer status) != 0)
        {
            return $"{path} cannot be looked at: {Interop.Describe(Marshal.GetLastPInvokeError())}.";
        }

        if (status.FileType != expectedType)
        {
            return status.FileType == S_IFLNK
                ? $"{path} is a symbolic link: plugins are not loaded through links; name the real place."
                : $"{path} is neither a regular file nor a directory: remove it.";
        }

        if (status.stx_uid != 0 && status.stx_uid != GetEUid())
        {
            return $"{path} belongs to user {status.stx_uid}, who could put code into the daemon: it must belong to root or to user {GetEUid()}.";
        }

        // In a sticky directory such as /tmp others may add names but cannot touch ours, which are checked themselves.
        bool openToOthers = (status.Permissions & (S_IWGRP | S_IWOTH)) != 0;
        return openToOthers && !(allowSticky && (status.Permissions & S_ISVTX) != 0)
            ? $"{path} is writable by others, who could put code into the daemon: run 'chmod go-w {path}'."
            : null;
    }

    [SupportedOSPlatform("windows")]
    private static string? FindWindowsFault(string path, int expectedType, bool allowSticky)
    {
        uint rights = allowSticky ? FileAccessRules.ReplaceContent : FileAccessRules.Change;
        return WindowsExposure.FindFault(path, WindowsUser.Current, rights, mustBeDirectory: expectedType == S_IFDIR) is { } fault
            ? $"{path} {fault}: plugins are loaded only from places that nobody but administrators and this user can change, and not through links."
            : null;
    }
}
