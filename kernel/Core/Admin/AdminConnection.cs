using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using KeychainAuth.Core.Accounts;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Core.Admin;

/// <summary>
/// The command line's connection to the system daemon, which is looked at before anything is said: the socket lies where
/// only root and the daemon's account can put one, and root or that account listens.
/// </summary>
internal sealed class AdminConnection : IDisposable
{
    // A person may be typing a password meanwhile; the daemon gives up before this.
    private const int AnswerTimeoutMilliseconds = 5 * 60 * 1000;
    private const int SendTimeoutMilliseconds = 30 * 1000;
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    // socket(7); struct ucred is pid, uid, gid, 32 bits each.
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int UcredBytes = 12;
    private const int UserIdOffset = 4;

    private readonly Socket _socket;
    private readonly byte[] _chunk = new byte[64 * 1024];

    private AdminConnection(Socket socket) => _socket = socket;

    /// <summary>Connects to the system daemon.</summary>
    /// <exception cref="AdminException">Nobody listens there, or somebody who cannot be trusted.</exception>
    internal static AdminConnection Open()
    {
        uint account = (UserAccount.Find(SystemPaths.Account)
            ?? throw new AdminException($"There is no account '{SystemPaths.Account}' on this machine: run 'keychain-auth service install --system' as root.")).UserId;
        if (Interop.Libc.StatX(SystemPaths.RuntimeDirectory, followLink: false, out Interop.Libc.statx_buffer directory) != 0
            || directory.FileType != Interop.Libc.S_IFDIR
            || (directory.stx_uid != 0 && directory.stx_uid != account)
            || (directory.Permissions & (Interop.Libc.S_IWGRP | Interop.Libc.S_IWOTH)) != 0)
        {
            throw new AdminException($"{SystemPaths.RuntimeDirectory} is not a directory that only root and '{SystemPaths.Account}' can write.");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = AnswerTimeoutMilliseconds,
            SendTimeout = SendTimeoutMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SystemPaths.AdminSocket));
            Span<byte> credentials = stackalloc byte[UcredBytes];
            int length = socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, credentials);
            uint user = MemoryMarshal.Read<uint>(credentials[UserIdOffset..]);
            if (length != UcredBytes || (user != 0 && user != account))
            {
                throw new AdminException($"The program that listens on {SystemPaths.AdminSocket} runs as user {user}, neither root nor '{SystemPaths.Account}'.");
            }

            return new AdminConnection(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new AdminException(
                $"System mode is installed and its daemon does not answer ({e.Message}): look at 'systemctl status keychain-auth.socket keychain-auth', or use a daemon of your own by {UserPaths.SocketVariable}.",
                isNotRunning: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="AdminException">There is none, or it makes no sense.</exception>
    internal AdminResponse Ask(AdminRequest request)
    {
        byte[] answer = Exchange([.. JsonSerializer.SerializeToUtf8Bytes(request, AdminJsonContext.Default.AdminRequest), (byte)'\n']);
        try
        {
            return JsonSerializer.Deserialize(answer, AdminJsonContext.Default.AdminResponse)
                ?? throw new AdminException("The daemon's answer is empty.");
        }
        catch (JsonException)
        {
            throw new AdminException("The daemon's answer cannot be understood: its version and this program's differ.");
        }
    }

    /// <summary>Sends a line, its line feed included, and waits for one.</summary>
    /// <exception cref="AdminException">None came.</exception>
    internal byte[] Exchange(ReadOnlySpan<byte> line)
    {
        try
        {
            while (!line.IsEmpty)
            {
                line = line[_socket.Send(line)..];
            }

            return ReceiveLine();
        }
        catch (SocketException e)
        {
            throw new AdminException($"The connection to the daemon broke: {e.Message}");
        }
    }

    public void Dispose() => _socket.Dispose();

    // Answers never hold a value, so nothing has to be zeroed; one answer to one line, so nothing follows the line feed.
    private byte[] ReceiveLine()
    {
        using var line = new MemoryStream();
        while (line.Length <= MaxAnswerBytes)
        {
            int count = _socket.Receive(_chunk);
            if (count == 0)
            {
                throw new AdminException("The daemon closed the connection without an answer: it does not serve this user.");
            }

            if (_chunk[count - 1] == (byte)'\n')
            {
                line.Write(_chunk, 0, count - 1);
                return line.ToArray();
            }

            line.Write(_chunk, 0, count);
        }

        throw new AdminException($"The daemon's answer is longer than {MaxAnswerBytes} bytes.");
    }
}
