using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>One pass of SHA-256 over a file, with what proves that the file did not change meanwhile.</summary>
internal sealed class FileDigest(long maxBytes, TimeProvider time)
{
    /// <summary>
    /// Two changes within one tick of the file system's clock leave the same time, so a digest of a file that has just
    /// changed proves nothing about the next look.
    /// </summary>
    private static readonly TimeSpan YoungestKept = TimeSpan.FromSeconds(2);

    /// <summary>Reads and hashes; once more if the file changed meanwhile, and then no more.</summary>
    public FileHash Compute(SafeFileHandle file, in FileKey expected, bool tracksMappedWrites, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            DateTimeOffset began = time.GetUtcNow();
            bool written = WriteOut(file);
            if (!FileKey.TryRead(file, out FileKey before))
            {
                return Unreadable();
            }

            if (attempt == 0 && before != expected)
            {
                continue;
            }

            if (before.Size > (ulong)maxBytes)
            {
                return FileHash.Refused(Refusal.Unverifiable(
                    $"A code file of the process has {before.Size} bytes, more than max_executable_bytes ({maxBytes}); raise that setting of verify-linux."));
            }

            if (Hash(file, (long)before.Size, cancellationToken) is not { } sha256)
            {
                return Unreadable();
            }

            if (Interop.Libc.StatXAt(file, "", out Interop.Libc.statx_buffer stat) != 0)
            {
                return Unreadable();
            }

            if (FileKey.From(stat) == before)
            {
                bool provesContent = FileOpener.IsRootsAlone(stat) || (tracksMappedWrites && written);
                return FileHash.Of(sha256, before, provesContent && before.ChangedAt < began - YoungestKept);
            }
        }

        return FileHash.Refused(Refusal.Unverifiable("A code file of the process changed while it was being hashed, twice; connect again when it is at rest."));
    }

    /// <summary>
    /// Writes dirty pages out first. A page that is dirty already takes further writes through a mapping without moving
    /// the file's times; a clean one moves them (measured). Without this, a digest could be remembered for content
    /// that changes afterwards.
    /// </summary>
    private static bool WriteOut(SafeFileHandle file) =>
        Interop.Libc.SyncFileRange(
            file, 0, 0, Interop.Libc.SYNC_FILE_RANGE_WAIT_BEFORE | Interop.Libc.SYNC_FILE_RANGE_WRITE | Interop.Libc.SYNC_FILE_RANGE_WAIT_AFTER) == 0;

    private static string? Hash(SafeFileHandle file, long size, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var reader = new ReadAhead(file, size);
        while (reader.TryRead(out ReadOnlySpan<byte> part))
        {
            if (part.IsEmpty)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            hash.AppendData(part);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return null;
    }

    private static FileHash Unreadable() => FileHash.Refused(Refusal.Unverifiable(
        $"A code file of the process cannot be read: {Interop.Describe(Marshal.GetLastPInvokeError())}."));
}
