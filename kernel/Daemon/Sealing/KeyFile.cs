using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>A file that is a key: exactly 32 bytes, root's or our own, closed to everybody else.</summary>
internal static class KeyFile
{
    // Group bits are not looked at: where systemd lets the service read by an access control list, they show its mask.
    private const int OthersMayAnything = 0b000_000_111;
    private const int GroupMayWrite = 0b000_010_000;

    /// <returns>The key; null where there is no file.</returns>
    /// <exception cref="MasterKeyException">It is there and cannot be used.</exception>
    internal static SealingKey? Read(string path)
    {
        using SafeFileHandle file = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Errno.ENOENT
                ? null
                : throw new MasterKeyException($"The key {path} cannot be opened: {Interop.Describe(errno)}.");
        }

        Check(path, file);
        long length = RandomAccess.GetLength(file);
        if (length != SealingKey.Length)
        {
            throw new MasterKeyException($"The key {path} has {length} bytes instead of {SealingKey.Length}: it is no key of keychain-auth, or was cut short. Put the right one there, or bring it back with 'keychain-auth key import'.");
        }

        var bytes = new SecretBuffer(SealingKey.Length);
        try
        {
            Fill(path, file, bytes.Span);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }

        return new SealingKey(bytes);
    }

    private static void Check(string path, SafeFileHandle file)
    {
        if (Interop.Libc.StatX(file, out Interop.Libc.statx_buffer status) != 0)
        {
            throw new MasterKeyException($"The key {path} cannot be looked at: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (status.FileType != Interop.Libc.S_IFREG)
        {
            throw new MasterKeyException($"The key {path} is not a regular file.");
        }

        if (status.stx_uid != 0 && status.stx_uid != Interop.Libc.GetEUid())
        {
            throw new MasterKeyException($"The key {path} belongs to user {status.stx_uid}, who could know or replace it: make a new one with 'keychain-auth key rotate --master'.");
        }

        if ((status.Permissions & (OthersMayAnything | GroupMayWrite)) != 0)
        {
            throw new MasterKeyException($"The key {path} is open to other users (mode 0{Convert.ToString(status.Permissions, 8)}): close it with 'chmod 600 {path}', and make a new one with 'keychain-auth key rotate --master' if somebody may have read it.");
        }
    }

    private static void Fill(string path, SafeFileHandle file, Span<byte> key)
    {
        int read = 0;
        while (read < key.Length)
        {
            int count = RandomAccess.Read(file, key[read..], read);
            if (count == 0)
            {
                throw new MasterKeyException($"The key {path} was cut short while it was read: try again.");
            }

            read += count;
        }

        // What a disk that was cut off, or a person who meant to prepare a file, leaves behind.
        if (!key.ContainsAnyExcept(key[0]))
        {
            throw new MasterKeyException($"The key {path} holds one byte over and over and protects nothing: put the right one there, or make one with 'keychain-auth key rotate --master'.");
        }
    }
}
