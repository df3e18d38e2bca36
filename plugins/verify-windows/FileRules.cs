namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>What must hold of the file that a process runs. Needs no Windows.</summary>
internal static class FileRules
{
    private const string DiskDevice = @"\Device\HarddiskVolume";

    // What a driver of Windows itself keeps on a disk of this machine. FAT has no identifiers that stay with a file.
    private static readonly string[] TrustedFileSystems = ["NTFS", "ReFS"];

    /// <summary>Compares the file that was opened with the one that the process runs.</summary>
    /// <param name="imageName">The file that the process runs, as Windows called it before the file was opened.</param>
    /// <param name="file">What was opened under that name.</param>
    /// <param name="imageNameNow">What Windows calls it while the file is held open, so that it cannot be renamed.</param>
    /// <param name="maxBytes">The largest executable that is hashed.</param>
    /// <returns>Null when it is that file, on a disk of this machine.</returns>
    internal static Refusal? FindFault(string imageName, FileFacts file, string imageNameNow, long maxBytes)
    {
        // On the disk a name has one case; the process may have been started under another.
        if (file.Path is null || !IsSamePath(file.Path, imageName) || !IsSamePath(file.Path, imageNameNow))
        {
            return Refusal.Unverifiable($"The process runs {imageName}, and what was opened under that name is {file.Path ?? "a file without a path"}: it was moved, or a link leads elsewhere now.");
        }

        if (file.IsRemote || file.Path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            return Refusal.FileSystem($"{file.Path} lies on another machine, which decides at every read what it contains.");
        }

        if (!TrustedFileSystems.Contains(file.FileSystem, StringComparer.OrdinalIgnoreCase))
        {
            return Refusal.FileSystem($"{file.Path} lies on {file.FileSystem ?? "an unknown file system"}; programs are served from NTFS and ReFS only.");
        }

        if (file.NativePath?.StartsWith(DiskDevice, StringComparison.OrdinalIgnoreCase) != true)
        {
            return Refusal.FileSystem($"{file.Path} lies on {file.NativePath ?? "an unknown device"}, which is no disk of this machine: a program may be answering for it.");
        }

        return file.Key.Length <= maxBytes
            ? null
            : Refusal.Unverifiable($"{file.Path} has {file.Key.Length} bytes, more than max_executable_bytes ({maxBytes}).");
    }

    private static bool IsSamePath(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
