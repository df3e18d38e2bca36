using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// What of a Unix domain socket differs between the operating systems. There is one implementation for each, and the
/// rest of the transport knows none of them. Methods that answer a number answer -1 with errno set on failure.
/// </summary>
internal interface ISocketSystem
{
    /// <summary>How many bytes a socket's path may have.</summary>
    int MaximumPathBytes { get; }

    /// <summary>A stream socket that children do not inherit and that never blocks; invalid with errno set on failure.</summary>
    SafeSocketHandle CreateStream();

    /// <summary>
    /// Binds a socket to a file that is never open wider than it should be, and has the kernel note senders from the first
    /// byte on. When it returns nothing listens yet, so nobody can have connected.
    /// </summary>
    /// <param name="socket">An unbound socket.</param>
    /// <param name="path">Where nothing is.</param>
    /// <param name="mode">The mode of the file; the umask may take from it.</param>
    /// <param name="step">What was being done, for the message of a failure: a verb that a path can follow.</param>
    int BindWithMode(SafeHandle socket, string path, UnixFileMode mode, out string step);

    /// <summary>Connects, as a client would, without waiting.</summary>
    int Connect(SafeHandle socket, string path);

    /// <summary>The path that a socket is bound to; null where it has none or cannot tell.</summary>
    string? PathOf(SafeHandle socket);

    /// <summary>Whether a socket that somebody passed is a listening stream socket of this family.</summary>
    bool IsListener(SafeHandle socket);

    /// <summary>Who listens behind a connection of ours, for a message: "Process 7 of user 1"; null where nobody can tell.</summary>
    string? DescribeListener(SafeHandle connected);

    /// <summary>A socket that the system's service manager holds for this process, taken once; null where it holds none.</summary>
    /// <param name="address">The path it has to have, where several are held; null takes the one that is for this daemon.</param>
    /// <exception cref="TransportException">It passed something that makes no sense.</exception>
    PassedSocket? TakePassed(string? address);

    /// <summary>Makes a passed listening socket like one of our own: not inherited, never blocking, senders noted.</summary>
    int Adopt(SafeHandle listener, IPluginLog log);

    /// <summary>
    /// Takes the next connection, which is not inherited and never blocks; invalid with errno set on failure, EAGAIN
    /// where the queue is empty.
    /// </summary>
    SafeSocketHandle Accept(SafeHandle listener);

    /// <summary>Whether an error of <see cref="Accept"/> concerns one connection and not the listener.</summary>
    bool IsOfOneConnection(int error);

    /// <summary>Sends what fits, without waiting and without a signal where the peer is gone.</summary>
    int Send(SafeHandle socket, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Reads what is there, without waiting and without asking who wrote it; EPROTO where open files came with it, which
    /// stay unread.
    /// </summary>
    int Receive(SafeHandle socket, Span<byte> buffer);

    /// <summary>Waiting for a connection. The socket stays the caller's.</summary>
    IReadiness CreateReadiness(SafeSocketHandle socket);

    /// <summary>Another descriptor of the same file, which children do not inherit; -1 with errno set on failure.</summary>
    int Duplicate(SafeHandle file);

    /// <summary>What asks the kernel who is at the other end.</summary>
    IPeerReader CreatePeerReader(IPluginLog log, DescriptorReserve reserve);
}
