using KeychainAuth.Plugins.VerifyLinux.Files;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>
/// The launcher as it is installed: root's, set-group-id, and writable by nobody else. Its group is that of launched
/// programs. Only root can make such a file, so being this very file is all that is asked of a process that claims to run it.
/// </summary>
internal sealed class InstalledLauncher(string path)
{
    private const int SetGroupId = 0x400;
    private const int GroupExecute = 0x8;

    /// <summary>Looks at the file, anew each time: an upgrade replaces it.</summary>
    /// <param name="identity">Which file it is.</param>
    /// <param name="group">Its group.</param>
    /// <returns>False where it is not installed, or not as it must be.</returns>
    public bool TryLook(out FileKey identity, out uint group)
    {
        bool found = Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer file) == 0;
        identity = found ? FileKey.From(file) : default;
        group = found ? file.stx_gid : 0;
        return found
            && file.FileType == Interop.Libc.S_IFREG
            && FileOpener.IsRootsAlone(file)
            && (file.Permissions & (SetGroupId | GroupExecute)) == (SetGroupId | GroupExecute)
            && Interop.Libc.StatX(Path.GetDirectoryName(path)!, followLink: false, out Interop.Libc.statx_buffer directory) == 0
            && directory.FileType == Interop.Libc.S_IFDIR
            && FileOpener.IsRootsAlone(directory);
    }
}
