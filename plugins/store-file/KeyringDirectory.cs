using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;
using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The keyring's directory, open and checked: ours alone and no symbolic link. All that follows is done relative to
/// this handle, so a directory put in its place afterwards changes nothing.
/// </summary>
internal sealed class KeyringDirectory : IDisposable
{
    private const int OwnerOnly = 0x1C0; // 0700
    private const int OtherBits = 0x3F;  // 0077

    private KeyringDirectory(SafeFileHandle handle, string path)
    {
        Handle = handle;
        Path = path;
    }

    internal SafeFileHandle Handle { get; }

    internal string Path { get; }

    /// <summary>Opens and checks the directory.</summary>
    /// <returns>Null when it does not exist.</returns>
    /// <exception cref="StoreException">It exists and is not safe, or cannot be opened.</exception>
    internal static KeyringDirectory? Open(string path)
    {
        SafeFileHandle handle = Libc.Open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (handle.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            handle.Dispose();
            if (errno == Errno.ENOENT)
            {
                return null;
            }

            throw errno == Errno.ENOTDIR || errno == Errno.ELOOP
                ? new StoreException(StoreError.Unavailable, $"The keyring's directory '{path}' is a symbolic link or no directory; put a real directory there or name another file with the setting 'path'.", errno)
                : NativeFailure.Unavailable($"The keyring's directory '{path}' cannot be opened", errno);
        }

        KeyringDirectory directory = new(handle, path);
        try
        {
            directory.CheckPrivate();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens the directory, making its last level (0700) when it does not exist.</summary>
    internal static KeyringDirectory OpenOrCreate(string path)
    {
        if (Open(path) is { } existing)
        {
            return existing;
        }

        if (MkDir(path, OwnerOnly) != 0 && Marshal.GetLastPInvokeError() != Errno.EEXIST)
        {
            throw NativeFailure.Unavailable($"The keyring's directory '{path}' cannot be created");
        }

        SyncParent(path);
        return Open(path) ?? throw new StoreException(StoreError.Unavailable, $"The keyring's directory '{path}' vanished while it was being created; try again.");
    }

    /// <summary>The content of the file called <paramref name="name"/> and the identity it had while being read.</summary>
    /// <returns>Null when there is no such file.</returns>
    internal KeyringImage? Read(string name, TimeProvider time)
    {
        // Without O_NONBLOCK a FIFO put there would hold the daemon up for good.
        using SafeFileHandle file = OpenAtWithMode(Handle, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.ENOENT)
            {
                return null;
            }

            throw errno == Errno.ELOOP
                ? new StoreException(StoreError.Unavailable, $"The keyring '{PathOf(name)}' is a symbolic link, which is not followed; name the real file with the setting 'path'.", errno)
                : NativeFailure.Unavailable($"The keyring '{PathOf(name)}' cannot be opened", errno);
        }

        statx_buffer before = Stat(file, PathOf(name));
        CheckFile(before, PathOf(name), "keyring");
        if (before.stx_size > KeyringFormat.MaxFileBytes)
        {
            throw new StoreException(StoreError.Corrupt, $"The keyring '{PathOf(name)}' is {before.stx_size} bytes long, more than the {KeyringFormat.MaxFileBytes} that are read; it is left as it is.");
        }

        SecretBuffer image = new((int)before.stx_size);
        try
        {
            // By the clock of before the reading: a change right after it may fall into the tick of the one before.
            FileIdentity identity = FileIdentity.Of(before);
            bool settled = !identity.IsYoungerThan(FileIdentity.Tick, time.GetUtcNow());
            int length = ReadAll(file, image.Span, PathOf(name));
            bool stable = length == image.Length && identity == FileIdentity.Of(Stat(file, PathOf(name)));
            return new KeyringImage(image, length, identity, settled, stable);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>The identity of the file called <paramref name="name"/> now; null when there is none.</summary>
    internal FileIdentity? Identify(string name)
    {
        if (StatXIn(Handle, name, out statx_buffer stat) == 0)
        {
            return FileIdentity.Of(stat);
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? null : throw NativeFailure.Unavailable($"'{PathOf(name)}' cannot be examined", errno);
    }

    internal string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Refuses a file that is not an ordinary file of ours, closed to everybody else.</summary>
    internal static void CheckFile(in statx_buffer stat, string path, string role)
    {
        if (stat.FileType != S_IFREG)
        {
            throw new StoreException(StoreError.Unavailable, $"The {role} '{path}' is not a regular file; move it away or name another file with the setting 'path'.");
        }

        CheckOwner(stat, path, role);
        if ((stat.Permissions & OtherBits) != 0)
        {
            throw new StoreException(StoreError.Unavailable, $"The {role} '{path}' is open to other users (mode 0{Convert.ToString(stat.Permissions, 8)}); close it with: chmod 600 '{path}'.");
        }
    }

    internal static statx_buffer Stat(SafeFileHandle file, string path) =>
        StatX(file, out statx_buffer stat) == 0 ? stat : throw NativeFailure.Unavailable($"'{path}' cannot be examined");

    public void Dispose() => Handle.Dispose();

    private void CheckPrivate()
    {
        statx_buffer stat = Stat(Handle, Path);
        CheckOwner(stat, Path, "keyring's directory");
        if ((stat.Permissions & OtherBits) != 0)
        {
            throw new StoreException(StoreError.Unavailable, $"The keyring's directory '{Path}' is open to other users (mode 0{Convert.ToString(stat.Permissions, 8)}); close it with: chmod 700 '{Path}'.");
        }
    }

    private static void CheckOwner(in statx_buffer stat, string path, string role)
    {
        uint user = GetEUid();
        if (stat.stx_uid != user)
        {
            throw new StoreException(StoreError.Unavailable, $"The {role} '{path}' belongs to user {stat.stx_uid} and not to the daemon's user {user}; give it to that user with chown, or name another file with the setting 'path'.");
        }
    }

    private static int ReadAll(SafeFileHandle file, Span<byte> buffer, string path)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            nint count = Libc.Read(file, buffer[length..]);
            if (count < 0)
            {
                throw NativeFailure.Unavailable($"The keyring '{path}' cannot be read");
            }

            if (count == 0)
            {
                break;
            }

            length += (int)count;
        }

        return length;
    }

    // Without this a power cut could take the new directory, and the acknowledged write in it, away again.
    private static void SyncParent(string path)
    {
        string parent = System.IO.Path.GetDirectoryName(path) ?? "/";
        using SafeFileHandle handle = Libc.Open(parent, O_RDONLY | O_DIRECTORY);
        if (handle.IsInvalid || (FSync(handle) != 0 && Marshal.GetLastPInvokeError() != Errno.EINVAL))
        {
            throw NativeFailure.Unavailable($"The directory '{parent}' cannot be synced");
        }
    }
}
