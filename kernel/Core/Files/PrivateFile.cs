using System.Runtime.InteropServices;
using KeychainAuth.Core.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Files;

/// <summary>
/// Files that belong to the daemon's user: never reached through a link, created with mode 0600 (on Windows an access list to that effect), and replaced as a
/// whole so that a reader, and a power cut, sees the old content or the new.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int OthersMayWrite = 0b000_010_010;

    /// <summary>Reads a file whole.</summary>
    /// <returns>The bytes, or null where there is no file.</returns>
    /// <exception cref="UnsafePathException">It is a link, no regular file, or somebody else's.</exception>
    /// <exception cref="IOException">It cannot be read or is larger than <paramref name="maxBytes"/>.</exception>
    internal static byte[]? ReadAllBytes(string path, int maxBytes)
    {
        using SafeFileHandle? file = OpenExisting(path, FileAccess.Read);
        if (file is null)
        {
            return null;
        }

        long length = RandomAccess.GetLength(file);
        if (length > maxBytes)
        {
            throw new IOException($"{path} has {length} bytes, more than the {maxBytes} that are read.");
        }

        byte[] content = new byte[length];
        int read = 0;
        while (read < content.Length)
        {
            int count = RandomAccess.Read(file, content.AsSpan(read), read);
            if (count == 0)
            {
                return content[..read];
            }

            read += count;
        }

        return content;
    }

    /// <summary>Opens a regular file of ours that is no link.</summary>
    /// <returns>A handle, or null where there is no file. For writing it appends.</returns>
    /// <exception cref="UnsafePathException">It is a link, no regular file, or somebody else's.</exception>
    internal static SafeFileHandle? OpenExisting(string path, FileAccess access)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsPrivateFile.OpenExisting(path, access);
        }

        int flags = access == FileAccess.Read
            ? Interop.Libc.O_RDONLY
            : Interop.Libc.O_RDWR | Interop.Libc.O_APPEND;

        // O_NONBLOCK: a FIFO in the file's place must not hold us up. It means nothing for a regular file.
        SafeFileHandle file = Interop.Libc.Open(path, flags | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            file.Dispose();
            if (errno == Interop.Errno.ENOENT)
            {
                return null;
            }

            throw errno == Interop.Errno.ELOOP
                ? new UnsafePathException($"{path} is a symbolic link, which is not followed: replace it by the file itself.")
                : new IOException($"{path} cannot be opened: {Interop.Describe(errno)}.");
        }

        try
        {
            CheckRegular(path, file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Creates an empty file with mode 0600.</summary>
    /// <exception cref="IOException">Something is there already, or it cannot be created.</exception>
    internal static FileStream Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsPrivateFile.Create(path);
        }

        var options = new FileStreamOptions
        {
            // O_CREAT | O_EXCL: never through a link, never into somebody's prepared file.
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        };
        return new FileStream(path, options);
    }

    /// <summary>Replaces a file's content: write to a temporary file, fsync, rename, fsync of the directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="beforeRename">Called when the content is safe on disk; throwing leaves the old file as it was.</param>
    /// <remarks>The caller holds the file's lock: temporary files of writers that died are removed here.</remarks>
    internal static void Replace(string path, ReadOnlySpan<byte> content, Action? beforeRename = null)
    {
        RemoveLeftOvers(path);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = Create(temporary))
            {
                stream.Write(content);
                DiskSync.Flush(stream.SafeFileHandle, temporary);
            }

            beforeRename?.Invoke();
            Rename(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Renames a file over what is there, which is either the one or the other at any moment.</summary>
    /// <exception cref="IOException">It cannot be renamed; what was there is as it was.</exception>
    internal static void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsPrivateFile.Rename(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    private static void RemoveLeftOvers(string path)
    {
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*.tmp"))
        {
            File.Delete(left);
        }
    }

    private static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // The rename was written through.
            return;
        }

        using SafeFileHandle directory = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_DIRECTORY);
        if (directory.IsInvalid || Interop.Libc.FSync(directory) != 0)
        {
            throw new IOException($"{path} cannot be synchronised: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
        }
    }

    private static void CheckRegular(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (Interop.Libc.StatX(file, out Interop.Libc.statx_buffer status) != 0)
        {
            throw new IOException($"{path} cannot be looked at: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (status.FileType != Interop.Libc.S_IFREG)
        {
            throw new UnsafePathException($"{path} is not a regular file: move it away.");
        }

        uint self = Interop.Libc.GetEUid();
        if (status.stx_uid != self)
        {
            throw new UnsafePathException($"{path} belongs to user {status.stx_uid}, not to user {self}: move it away.");
        }

        // An editor may leave it readable, which harms nobody: no value is in it.
        if ((status.Permissions & OthersMayWrite) != 0)
        {
            throw new UnsafePathException($"{path} may be written by other users: look at what it says, then run 'chmod go-w {path}'.");
        }
    }
}
