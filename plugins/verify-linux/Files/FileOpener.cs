using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>Opening files that others chose, without being held up or led astray by them.</summary>
internal static class FileOpener
{
    private const ulong NoLinks = Interop.Libc.RESOLVE_NO_SYMLINKS | Interop.Libc.RESOLVE_NO_MAGICLINKS;

    // asm-generic/errno.h; not shared with macOS.
    private const int NoSuchCall = 38;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// A descriptor (O_PATH) of what lies at a path that the kernel printed, which therefore has no link in it, from the
    /// kernel's cache alone: such a walk never waits for a file system that lives in a user's process.
    /// </summary>
    /// <returns>Null where the cache alone cannot tell; an invalid handle where nothing is there.</returns>
    public static SafeFileHandle? OpenCached(string path)
    {
        SafeFileHandle handle = Interop.Libc.OpenAt2(path, Interop.Libc.O_PATH, NoLinks | Interop.Libc.RESOLVE_CACHED);
        int error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        if (error != Interop.Errno.EAGAIN && error != Interop.Errno.EINVAL && error != NoSuchCall)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>The same, asking the file system where the cache cannot tell: that may wait for ever.</summary>
    public static SafeFileHandle OpenPath(string path)
    {
        if (OpenCached(path) is { } cached)
        {
            return cached;
        }

        SafeFileHandle handle = Interop.Libc.OpenAt2(path, Interop.Libc.O_PATH, NoLinks);
        if (!handle.IsInvalid || Marshal.GetLastPInvokeError() != NoSuchCall)
        {
            return handle;
        }

        // Linux before 5.6: links inside the path are followed. Callers compare the inode in any case.
        handle.Dispose();
        return Interop.Libc.Open(path, Interop.Libc.O_PATH | Interop.Libc.O_NOFOLLOW);
    }

    /// <summary>
    /// Opens for reading what an O_PATH descriptor names. O_NONBLOCK, so that a lease which the owner holds on the file
    /// is an error instead of a wait.
    /// </summary>
    public static SafeFileHandle Reopen(SafeHandle pathDescriptor)
    {
        bool added = false;
        try
        {
            pathDescriptor.DangerousAddRef(ref added);
            return Interop.Libc.Open(
                string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{pathDescriptor.DangerousGetHandle()}"),
                Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK);
        }
        finally
        {
            if (added)
            {
                pathDescriptor.DangerousRelease();
            }
        }
    }

    /// <summary>A path that the kernel printed, as text; null where it is not UTF-8, so that text could not name it.</summary>
    public static string? Decode(ReadOnlySpan<byte> path)
    {
        try
        {
            return StrictUtf8.GetString(path);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether nobody but root can change a file: root's, and neither group nor others may write.</summary>
    /// <remarks>An access list that lets somebody write shows in the group's bits.</remarks>
    public static bool IsRootsAlone(in Interop.Libc.statx_buffer stat) =>
        stat.stx_uid == 0 && (stat.stx_mode & (Interop.Libc.S_IWGRP | Interop.Libc.S_IWOTH)) == 0;
}
