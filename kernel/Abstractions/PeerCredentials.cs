using System.Runtime.InteropServices;

namespace KeychainAuth.Plugin;

/// <summary>
/// What the kernel said about a peer at the moment it was accepted. Captured by the transport; nothing in it comes from
/// the peer itself.
/// </summary>
public sealed class PeerCredentials : IDisposable
{
    /// <summary>The peer's process id in the daemon's pid namespace. Always positive.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The peer's user id; null on Windows.</summary>
    public uint? UserId { get; init; }

    /// <summary>The peer's effective group id; null on Windows.</summary>
    public uint? GroupId { get; init; }

    /// <summary>The peer's user as a Windows security identifier in string form; null elsewhere.</summary>
    public string? Sid { get; init; }

    /// <summary>
    /// A handle that keeps naming the same process (a Linux pidfd, a Windows process handle), or null where the kernel
    /// gives none: then the verifier has to guard against a reused id by other means.
    /// </summary>
    public SafeHandle? ProcessHandle { get; init; }

    /// <summary>The macOS audit token of the peer; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> AuditToken { get; init; }

    /// <summary>
    /// A monotonic instant (<see cref="TimeProvider.GetTimestamp"/>) at which the listener's queue was seen empty and
    /// before which this connection therefore did not exist; null where the transport cannot tell. A verifier that
    /// pinned the peer's image before this instant may call the whole connection attributable to it.
    /// </summary>
    public long? ConnectedAfter { get; init; }

    /// <summary>
    /// Grows with each connection that one listener accepts, where the operating system hands connections out in the order
    /// in which they were made; null elsewhere. Of two connections the one with the greater number was made later.
    /// </summary>
    public long? AcceptOrder { get; init; }

    /// <summary>Releases the process handle.</summary>
    public void Dispose() => ProcessHandle?.Dispose();
}
