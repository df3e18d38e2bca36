using System.Net.Sockets;

namespace KeychainAuth.Client.Channels;

/// <summary>A Unix domain socket.</summary>
internal sealed class SocketChannel : ServerChannel
{
    private readonly Socket _socket;

    private SocketChannel(Socket socket) => _socket = socket;

    internal static async Task<SocketChannel> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        ServerCheck.CheckPlace(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint(path), cancellationToken);
            ServerCheck.CheckPeer(socket, path);
            return new SocketChannel(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw NotRunning(path, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset or SocketError.NotConnected)
        {
            return false;
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    internal override async ValueTask<int> ReceiveAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(room, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return 0;
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override void Dispose() => _socket.Dispose();

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
