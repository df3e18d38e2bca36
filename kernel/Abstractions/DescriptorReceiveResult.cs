using System.Runtime.InteropServices;

namespace KeychainAuth.Plugin;

/// <summary>The outcome of one read that takes open files too.</summary>
/// <param name="Received">The bytes, and who sent them.</param>
/// <param name="Descriptors">
/// Open files that came with them, in order; closed when a program is started. The receiver disposes them, where it can
/// afford to wait: a file system in a user's process may keep for ever whoever closes one of its files.
/// </param>
/// <param name="WereMore">Whether the peer passed more open files than were expected, or than this process may have open.</param>
public readonly record struct DescriptorReceiveResult(ReceiveResult Received, IReadOnlyList<SafeHandle> Descriptors, bool WereMore = false);
