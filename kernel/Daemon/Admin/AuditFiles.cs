using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Daemon.Admin;

/// <summary>Hands out a user's log to that user, piece by piece. A file keeps its id when a rotation renames it.</summary>
internal static class AuditFiles
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>The files of a log that exist, oldest first.</summary>
    internal static IReadOnlyList<AdminAuditFile> List(string path) =>
        [.. AuditReader.Files(path)
            .Select(file => (File: file, Identity: FileIdentity.Of(file)))
            .Where(found => found.Identity is not null)
            .Select(found => new AdminAuditFile(found.Identity!.Value.Inode, Path.GetFileName(found.File), found.Identity.Value.Length))];

    /// <summary>The bytes of a file from an offset on; no more than some at a time, none at its end.</summary>
    internal static AdminResponse Read(string path, ulong id, long offset)
    {
        if (offset < 0)
        {
            return AdminResponse.Failed("The offset is negative.");
        }

        foreach (string file in AuditReader.Files(path).Where(file => FileIdentity.Of(file)?.Inode == id))
        {
            using SafeFileHandle? handle = PrivateFile.OpenExisting(file, FileAccess.Read);
            if (handle is null)
            {
                break;
            }

            byte[] data = new byte[(int)Math.Clamp(RandomAccess.GetLength(handle) - offset, 0, ChunkBytes)];
            int count = RandomAccess.Read(handle, data, offset);
            return new AdminResponse { Data = data[..count] };
        }

        return AdminResponse.Failed("That file of the log is gone: it was rotated away.");
    }
}
