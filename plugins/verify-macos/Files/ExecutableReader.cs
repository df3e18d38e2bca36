using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Files;

/// <summary>Opens, judges and hashes the file behind a running executable.</summary>
internal sealed class ExecutableReader(long maxBytes)
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Reads the file at a path that the kernel named, which therefore has no link in it.</summary>
    /// <returns>The file, or why there is none: exactly one is set.</returns>
    internal (ExecutableFile? File, Refusal? Refusal) Read(string path, CancellationToken cancellationToken)
    {
        // O_NONBLOCK: something else may lie there by now, and a FIFO must not hold us up.
        using SafeFileHandle file = Libc.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK);
        if (file.IsInvalid
            || Libc.StatX(file, out Libc.statx_buffer before) != 0
            || LibSystem.FStatFs(file, out LibSystem.statfs_buffer fileSystem) != 0)
        {
            return Refused($"{path} cannot be read: {Describe(Marshal.GetLastPInvokeError())}; the daemon's user needs read permission on it.");
        }

        if (before.FileType != Libc.S_IFREG || before.stx_nlink == 0)
        {
            return Refused($"{path} is no longer the file that the process runs: it was deleted or replaced.");
        }

        if (!FileSystemCheck.IsTrusted(fileSystem.TypeName, (fileSystem.f_flags & LibSystem.MNT_LOCAL) != 0))
        {
            return (null, Refusal.FileSystem($"{path} lies on a file system ({fileSystem.TypeName}) whose contents somebody else decides; install the program on a local disk (APFS)."));
        }

        if (before.stx_size > (ulong)maxBytes)
        {
            return Refused($"{path} has {before.stx_size} bytes, more than max_executable_bytes ({maxBytes}); raise that setting of verify-macos.");
        }

        try
        {
            string sha256 = Hash(file, (long)before.stx_size, cancellationToken);
            IReadOnlyList<string> directories = CodeDirectories.Read(file);
            FileKey key = FileKey.From(before);
            return Libc.StatX(file, out Libc.statx_buffer after) == 0 && FileKey.From(after) == key
                ? (new ExecutableFile(path, sha256, directories, key, before.stx_uid, before.Permissions, fileSystem.TypeName), null)
                : Refused($"{path} changed while it was being hashed; connect again when it is at rest.");
        }
        catch (InvalidDataException fault)
        {
            return Refused($"{path} is not a well-formed executable: {fault.Message}.");
        }
        catch (IOException failure)
        {
            return Refused($"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>Whether a path still leads to a file.</summary>
    internal static bool IsAt(string path, in FileKey key) =>
        Libc.StatX(path, followLink: false, out Libc.statx_buffer there) == 0 && FileKey.From(there) == key;

    private static string Hash(SafeFileHandle file, long size, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;

            // A file that grows under our eyes is read no further than it was long; the look afterwards finds it changed.
            while (offset < size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, size - offset)), offset);
                if (count == 0)
                {
                    break;
                }

                hash.AppendData(buffer, 0, count);
                offset += count;
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (ExecutableFile? File, Refusal? Refusal) Refused(string message) => (null, Refusal.Unverifiable(message));
}
