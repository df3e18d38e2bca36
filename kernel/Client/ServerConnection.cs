using KeychainAuth.Client.Channels;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Client;

/// <summary>One checked connection: lines out, messages in. Not thread-safe.</summary>
internal sealed class ServerConnection : IDisposable
{
    private const int MaxLineBytes = 64 * 1024 * 1024;

    private readonly ServerChannel _channel;
    private readonly LineBuffer _received = new(MaxLineBytes);

    private ServerConnection(ServerChannel channel) => _channel = channel;

    /// <exception cref="KeychainAuthException">Nobody listens, or it is not certain who does.</exception>
    internal static async Task<ServerConnection> OpenAsync(string address, string? expectedServer, CancellationToken cancellationToken) =>
        new(await ServerChannel.OpenAsync(address, expectedServer, cancellationToken));

    /// <summary>Sends a line.</summary>
    /// <returns>
    /// False when the daemon has closed the connection: it may have said why before, so the caller reads on.
    /// </returns>
    internal Task<bool> TrySendAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken) =>
        _channel.TrySendAsync(line, cancellationToken).AsTask();

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

            int count = await _channel.ReceiveAsync(room, cancellationToken);
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
        _channel.Dispose();
        _received.Dispose();
    }
}
