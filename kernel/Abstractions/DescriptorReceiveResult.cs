using System.Runtime.InteropServices;

namespace KeychainAuth.Plugin;

/// <summary>The outcome of one read that takes open files too.</summary>
/// <param name="Received">The bytes, and who sent them.</param>
/// <param name="Descriptors">Open files that came with them, in order; closed when a program is started. The receiver disposes them.</param>
public readonly record struct DescriptorReceiveResult(ReceiveResult Received, IReadOnlyList<SafeHandle> Descriptors);
