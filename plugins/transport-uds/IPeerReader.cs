using System.Runtime.InteropServices;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>The kernel's word on who made a connection and who wrote what was read.</summary>
internal interface IPeerReader
{
    /// <summary>Captures the peer of a connection from which nothing has been read yet. For one thread.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="connectedAfter">Handed on to <see cref="PeerCredentials.ConnectedAfter"/>.</param>
    /// <param name="refusal">Why there is no answer: one sentence for the log.</param>
    /// <returns>The peer, owned by the caller; null when the kernel cannot name it.</returns>
    PeerCredentials? Read(SafeHandle socket, long? connectedAfter, out string? refusal);

    /// <summary>Reads what is there without waiting. From any thread.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="peer">Who made it.</param>
    /// <param name="buffer">Where the kernel puts the bytes; at least one.</param>
    /// <param name="sender">Who wrote them; process id 0 when the kernel names nobody, or nobody that is still the same.</param>
    /// <returns>How many, 0 at the end of the stream, or -1 with errno set; EPROTO where open files came with the bytes, which stay unread.</returns>
    int Receive(SafeHandle socket, PeerCredentials peer, Span<byte> buffer, out Sender sender);
}
