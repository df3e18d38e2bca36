using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// The way to a directory. Each directory and symbolic link on it, those that links lead through included, has to
/// belong to this user or root, and no directory may be writable by others unless it is sticky (there, only the owner
/// can rename an entry). An access control list that lets others write shows in the group's bits and is refused too.
/// </summary>
internal static class DirectoryAncestors
{
    // As many as the kernel follows in one look-up (path_resolution(7)).
    private const int MaximumLinks = 40;

    /// <summary>Walks from the root to <paramref name="directory"/>, itself included.</summary>
    /// <returns>False when a component does not exist.</returns>
    /// <exception cref="TransportException">Somebody else could replace a component.</exception>
    internal static bool Check(string directory)
    {
        uint user = Libc.GetEUid();
        var rest = new Stack<string>();
        Push(rest, directory);
        string current = "/";
        CheckStep(current, user, out _);
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            if (name == "..")
            {
                // Only link targets contain it. `current` has no links left in it, so its textual parent is the real one.
                current = Path.GetDirectoryName(current) ?? "/";
                continue;
            }

            string next = Path.Combine(current, name);
            if (!CheckStep(next, user, out bool isLink))
            {
                return false;
            }

            if (!isLink)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw Unsafe($"The path {directory} leads through more than {MaximumLinks} symbolic links; name the directory itself with --socket.");
            }

            string target = new FileInfo(next).LinkTarget
                ?? throw Unsafe($"The symbolic link {next} changed while it was looked at; try again.");
            if (target.StartsWith('/'))
            {
                current = "/";
            }

            Push(rest, target);
        }

        return true;
    }

    private static bool CheckStep(string path, uint user, out bool isLink)
    {
        isLink = false;
        if (Libc.StatX(path, followLink: false, out Libc.statx_buffer status) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == Errno.ENOENT
                ? false
                : throw Unsafe($"{path} cannot be looked at: {Describe(error)}.");
        }

        if (status.stx_uid != 0 && status.stx_uid != user)
        {
            throw Unsafe($"{path} belongs to user {status.stx_uid}, who could replace the socket's directory; choose another place with --socket.");
        }

        if (status.FileType == Libc.S_IFLNK)
        {
            isLink = true;
            return true;
        }

        if (status.FileType != Libc.S_IFDIR)
        {
            throw Unsafe($"{path} is not a directory; move it away or choose another place with --socket.");
        }

        bool othersWrite = (status.stx_mode & (Libc.S_IWGRP | Libc.S_IWOTH)) != 0;
        if (othersWrite && (status.stx_mode & Libc.S_ISVTX) == 0)
        {
            throw Unsafe($"{path} is writable by other users, who could replace the socket's directory; close it with: chmod go-w {path}");
        }

        return true;
    }

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names.Reverse())
        {
            if (name != ".")
            {
                rest.Push(name);
            }
        }
    }

    private static TransportException Unsafe(string message) => new(TransportError.UnsafeAddress, message);
}
