using System.Net.Sockets;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Client;

/// <summary>One checked connection: lines out, messages in. Not thread-safe.</summary>
internal sealed class ServerConnection : IDisposable
{
    private const int MaxLineBytes = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly LineBuffer _received = new(MaxLineBytes);

    private ServerConnection(Socket socket) => _socket = socket;

    /// <exception cref="KeychainAuthException">Nobody listens, or it is not certain who does.</exception>
    internal static async Task<ServerConnection> OpenAsync(string path, CancellationToken cancellationToken)
    {
        ServerCheck.CheckPlace(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint(path), cancellationToken);
            ServerCheck.CheckPeer(socket, path);
            return new ServerConnection(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new KeychainAuthException(
                KeychainAuthError.NotRunning,
                $"No daemon answers on {path} ({e.Message}). Start it with 'keychain-auth start'.",
                innerException: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line.</summary>
    /// <returns>
    /// False when the daemon has closed the connection: it may have said why before, so the caller reads on.
    /// </returns>
    internal async Task<bool> TrySendAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        try
        {
            while (!line.IsEmpty)
            {
                line = line[await _socket.SendAsync(line, cancellationToken)..];
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset or SocketError.NotConnected)
        {
            return false;
        }
    }

    /// <summary>Receives the next message.</summary>
    /// <returns>The message, which the caller disposes; null at the end of the stream.</returns>
    /// <exception cref="KeychainAuthException">What came makes no sense.</exception>
    internal async Task<ServerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        int length = _received.FindLine();
        while (length < 0)
        {
            Memory<byte> room = _received.Reserve();
            if (room.IsEmpty)
            {
                throw new KeychainAuthException(KeychainAuthError.ProtocolViolation, $"The daemon's answer is longer than {MaxLineBytes} bytes.");
            }

            int count = await ReceiveSomeAsync(room, cancellationToken);
            if (count == 0)
            {
                return _received.IsEmpty
                    ? null
                    : throw new KeychainAuthException(KeychainAuthError.ConnectionClosed, "The daemon closed the connection in the middle of an answer.");
            }

            _received.Advance(count);
            length = _received.FindLine();
        }

        try
        {
            return ResponseReader.Read(_received.Line(length));
        }
        catch (MalformedMessageException e)
        {
            throw new KeychainAuthException(KeychainAuthError.ProtocolViolation, e.Message, innerException: e);
        }
        finally
        {
            _received.Consume(length);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _received.Dispose();
    }

    private async ValueTask<int> ReceiveSomeAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(room, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static UnixDomainSocketEndPoint EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new KeychainAuthException(KeychainAuthError.NotRunning, $"{path} is longer than the path of a socket may be.", innerException: e);
        }
    }
}
