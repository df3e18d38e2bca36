using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;
using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// Puts a new content in the place of a file: written beside it, synced, renamed over it, directory synced. Whoever
/// opens the name, and whatever happens to us, there is the old content or the new one, whole.
/// </summary>
internal static class KeyringReplacement
{
    private const int OwnerReadWrite = 0x180; // 0600
    private const int RandomBytes = 8;
    private const string Suffix = ".tmp";

    /// <summary>Replaces the file if it is still the one that the new content was made from.</summary>
    /// <param name="directory">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">The new content.</param>
    /// <param name="expected">Its identity when the new content was made; null when there was none.</param>
    /// <param name="written">The identity of the new file.</param>
    /// <returns>
    /// False, and nothing changed, when another hand was in between. Between this last look and the rename remain some
    /// microseconds in which a program that ignores the lock can still lose its change.
    /// </returns>
    /// <exception cref="StoreException">The file system refused. Nothing changed, unless the message says otherwise.</exception>
    internal static bool TryReplace(KeyringDirectory directory, string name, ReadOnlySpan<byte> content, FileIdentity? expected, out FileIdentity written)
    {
        string temporary = $".{name}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}{Suffix}";
        using SafeFileHandle file = OpenAtWithMode(directory.Handle, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OwnerReadWrite);
        if (file.IsInvalid)
        {
            throw NativeFailure.Unavailable($"A temporary file beside '{directory.PathOf(name)}' cannot be created");
        }

        bool renamed = false;
        try
        {
            WriteAll(file, content, directory.PathOf(name));
            if (FSync(file) != 0)
            {
                throw NativeFailure.Unavailable($"The new content of '{directory.PathOf(name)}' cannot be synced to the disk");
            }

            written = FileIdentity.Of(KeyringDirectory.Stat(file, temporary));
            if (directory.Identify(name) != expected)
            {
                return false;
            }

            if (RenameIn(directory.Handle, temporary, name) != 0)
            {
                throw NativeFailure.Unavailable($"'{directory.PathOf(name)}' cannot be replaced");
            }

            renamed = true;
        }
        finally
        {
            if (!renamed)
            {
                // A temporary file that cannot be removed is found again by the next writer.
                _ = UnlinkIn(directory.Handle, temporary);
            }
        }

        if (FSync(directory.Handle) != 0 && Marshal.GetLastPInvokeError() != Errno.EINVAL)
        {
            int errno = Marshal.GetLastPInvokeError();
            throw new StoreException(StoreError.Unavailable, $"'{directory.PathOf(name)}' was replaced, but its directory cannot be synced: {Describe(errno)}. The change is there now and may be lost in a power cut.", errno);
        }

        // The rename moves the change time. Anything else that differs is another hand's, and is left to be noticed.
        FileIdentity after = FileIdentity.Of(KeyringDirectory.Stat(file, name));
        written = after.IsRenamed(written) ? after : written;
        return true;
    }

    /// <summary>Removes what killed writers left behind. Only under the lock: nobody else's file is in the making then.</summary>
    internal static void RemoveLeftovers(KeyringDirectory directory, string name)
    {
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(directory.Path))
            {
                string candidate = Path.GetFileName(path);
                if (IsTemporary(candidate, name) && UnlinkIn(directory.Handle, candidate) != 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
                {
                    throw NativeFailure.Unavailable($"The left-over temporary file '{path}' cannot be removed");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreError.Unavailable, $"The keyring's directory '{directory.Path}' cannot be listed: {exception.Message}", innerException: exception);
        }
    }

    internal static bool IsTemporary(string candidate, string name)
    {
        string prefix = $".{name}.";
        return candidate.Length == prefix.Length + (RandomBytes * 2) + Suffix.Length
            && candidate.StartsWith(prefix, StringComparison.Ordinal)
            && candidate.EndsWith(Suffix, StringComparison.Ordinal)
            && ulong.TryParse(candidate.AsSpan(prefix.Length, RandomBytes * 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
    }

    private static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> content, string path)
    {
        while (!content.IsEmpty)
        {
            nint count = Libc.Write(file, content);
            if (count <= 0)
            {
                throw NativeFailure.Unavailable($"The new content of '{path}' cannot be written");
            }

            content = content[(int)count..];
        }
    }
}
