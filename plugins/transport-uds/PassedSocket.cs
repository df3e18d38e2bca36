using System.Net.Sockets;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>A socket that a service manager holds for this process, and what a person has to change where it does not fit.</summary>
/// <param name="Handle">The socket; owned by the receiver.</param>
/// <param name="Manager">Who passed it.</param>
/// <param name="Name">How messages call it.</param>
/// <param name="KindAdvice">What makes it a listening Unix stream socket with a path.</param>
/// <param name="PathAdvice">What changes its path.</param>
/// <param name="ModeAdvice">What gives its file the mode that it must have.</param>
internal sealed record PassedSocket(
    SafeSocketHandle Handle, string Manager, string Name, string KindAdvice, string PathAdvice, Func<UnixFileMode, string> ModeAdvice);
