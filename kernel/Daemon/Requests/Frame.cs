using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>One line of a peer, or why there is none.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Line">The line without its end, valid until the next read; empty unless <see cref="FrameKind.Line"/>.</param>
/// <param name="Sender">Who wrote the bytes that were last read, where that is known.</param>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Line = default, Sender? Sender = null);
