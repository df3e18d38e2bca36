using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Core.Accounts;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Client;

/// <summary>
/// Looks at the daemon before anything is said to it, so that no secret goes to a program that took the socket's place.
/// Not guaranteed: which program of our own user listens there. Only the user is checked.
/// </summary>
internal static class ServerCheck
{
    // socket(7); the kernel's struct ucred is pid, uid, gid, 32 bits each.
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int UcredBytes = 12;

    // sys/un.h and sys/ucred.h of macOS; struct xucred begins with a version and the user.
    private const int SOL_LOCAL = 0;
    private const int LOCAL_PEERCRED = 1;
    private const int XucredBytes = 76;
    private const uint XUCRED_VERSION = 0;

    // In both structures.
    private const int UserIdOffset = 4;

    /// <summary>Checks where the socket lies: nobody else may be able to put another one there.</summary>
    /// <exception cref="KeychainAuthException">Nothing is there, or the place cannot be trusted.</exception>
    internal static void CheckPlace(string socket)
    {
        if (OperatingSystem.IsWindows())
        {
            throw Untrusted("This library can check the daemon on Linux and macOS only, and talks to none that it cannot check.");
        }

        string directory = Path.GetDirectoryName(socket)!;
        Interop.Libc.statx_buffer status = Look(directory, socket);
        if (status.FileType != Interop.Libc.S_IFDIR)
        {
            throw Untrusted($"{directory} is a link or no directory; the socket's directory must be one itself.");
        }

        if (!IsTrusted(status.stx_uid, socket))
        {
            throw Untrusted($"{directory} belongs to user {status.stx_uid}, who could put any program behind the socket.");
        }

        if ((status.Permissions & (Interop.Libc.S_IWGRP | Interop.Libc.S_IWOTH)) != 0)
        {
            throw Untrusted($"{directory} can be written by others, who could put any program behind the socket: run 'chmod go-w {directory}'.");
        }

        status = Look(socket, socket);
        if (status.FileType != Interop.Libc.S_IFSOCK)
        {
            throw Untrusted($"{socket} is not a socket itself: links are not followed.");
        }
    }

    /// <summary>Checks who listens, by the kernel's word.</summary>
    /// <exception cref="KeychainAuthException">Somebody else does.</exception>
    internal static void CheckPeer(Socket socket, string path)
    {
        if (FindUser(socket) is not { } user)
        {
            throw Untrusted($"The kernel does not say who listens on {path}.");
        }

        if (!IsTrusted(user, path))
        {
            throw Untrusted($"The program that listens on {path} runs as user {user}, which is {(path == SystemPaths.Socket ? "neither root nor the system daemon's account" : "neither our own nor root")}.");
        }
    }

    /// <summary>The user of the process that listened, as of listen(2).</summary>
    private static uint? FindUser(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[XucredBytes];
        if (OperatingSystem.IsMacOS())
        {
            return socket.GetRawSocketOption(SOL_LOCAL, LOCAL_PEERCRED, credentials) == XucredBytes
                && MemoryMarshal.Read<uint>(credentials) == XUCRED_VERSION
                ? MemoryMarshal.Read<uint>(credentials[UserIdOffset..])
                : null;
        }

        credentials = credentials[..UcredBytes];
        return socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials) == UcredBytes
            ? MemoryMarshal.Read<uint>(credentials[UserIdOffset..])
            : null;
    }

    // At the place of the system daemon its account is looked up by name; everywhere else it is nobody in particular.
    private static bool IsTrusted(uint user, string socket)
    {
        if (user == 0 || user == Interop.Libc.GetEUid())
        {
            return true;
        }

        try
        {
            return OperatingSystem.IsLinux() && socket == SystemPaths.Socket && UserAccount.Find(SystemPaths.Account)?.UserId == user;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Interop.Libc.statx_buffer Look(string path, string socket)
    {
        if (Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer status) == 0)
        {
            return status;
        }

        int errno = Marshal.GetLastPInvokeError();
        throw errno is Interop.Errno.ENOENT or Interop.Errno.ENOTDIR
            ? new KeychainAuthException(KeychainAuthError.NotRunning, $"No daemon is running: there is no socket {socket}. Start it with 'keychain-auth start'.")
            : Untrusted($"{path} cannot be looked at: {Interop.Describe(errno)}.");
    }

    private static KeychainAuthException Untrusted(string message) => new(KeychainAuthError.UntrustedServer, message);
}
