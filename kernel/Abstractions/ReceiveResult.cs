namespace KeychainAuth.Plugin;

/// <summary>The outcome of one read.</summary>
/// <param name="Count">Bytes read; 0 at the end of the stream.</param>
/// <param name="Sender">
/// The process that wrote these bytes, as the kernel names it. Null where the operating system cannot tell: then
/// <see cref="IPeerConnection.Peer"/> has to stand for it. All bytes of one read have the same sender; the end of the stream has none.
/// </param>
public readonly record struct ReceiveResult(int Count, Sender? Sender);
