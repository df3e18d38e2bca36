using System.Runtime.InteropServices;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Daemon.Policies;

/// <summary>
/// Root's config.json of system mode: plugins and limits for all, and entries that hold for every user. The daemon only
/// reads it, and only where nobody but root can have written it.
/// </summary>
internal static class SystemConfigFile
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int OthersMayWrite = 0b000_010_010;

    /// <summary>The document; an empty one where there is no file.</summary>
    /// <exception cref="DocumentException">It cannot be read, makes no sense, or others than root may have written it.</exception>
    internal static ConfigDocument Read(string path)
    {
        try
        {
            CheckRoots(Path.GetDirectoryName(path)!, Stat(Path.GetDirectoryName(path)!), Interop.Libc.S_IFDIR);
            return ConfigFile.At(path).Parse(ReadBytes(path));
        }
        catch (FileNotFoundException)
        {
            return new ConfigDocument();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static byte[]? ReadBytes(string path)
    {
        using SafeFileHandle file = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Errno.ENOENT ? null : throw new IOException(Interop.Describe(errno));
        }

        if (Interop.Libc.StatX(file, out Interop.Libc.statx_buffer status) != 0)
        {
            throw new IOException(Interop.Describe(Marshal.GetLastPInvokeError()));
        }

        CheckRoots(path, status, Interop.Libc.S_IFREG);
        if (status.stx_size > MaxBytes)
        {
            throw new IOException($"it has more than {MaxBytes} bytes.");
        }

        byte[] content = new byte[(int)status.stx_size];
        int count = RandomAccess.Read(file, content, 0);
        return count == content.Length ? content : throw new IOException("it changed while it was read: try again.");
    }

    private static Interop.Libc.statx_buffer Stat(string path)
    {
        if (Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer status) == 0)
        {
            return status;
        }

        int errno = Marshal.GetLastPInvokeError();
        throw errno == Interop.Errno.ENOENT ? new FileNotFoundException(path) : new IOException($"{path}: {Interop.Describe(errno)}");
    }

    private static void CheckRoots(string path, in Interop.Libc.statx_buffer status, int type)
    {
        if (status.FileType != type || status.stx_uid != 0 || (status.Permissions & OthersMayWrite) != 0)
        {
            throw new UnsafePathException($"{path} must be {(type == Interop.Libc.S_IFDIR ? "a directory" : "a regular file")} of root that nobody else may write: run 'chown root {path} && chmod go-w {path}' after a look at what it says.");
        }
    }
}
