using System.Runtime.InteropServices;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>What a <see cref="IPeerReader"/> may be able to do beside: taking open files that come with bytes.</summary>
internal interface IDescriptorReader
{
    /// <summary>Reads what is there without waiting, and takes up to so many descriptors, which are closed at exec. From any thread.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="buffer">Where the kernel puts the bytes; at least one.</param>
    /// <param name="maxDescriptors">For how many there is room.</param>
    /// <param name="sender">Who wrote the bytes.</param>
    /// <param name="descriptors">What came along; the caller disposes them, also where the count is not positive.</param>
    /// <param name="wereMore">Whether the peer passed more.</param>
    /// <returns>How many bytes, 0 at the end of the stream, or -1 with errno set.</returns>
    int ReceiveWithDescriptors(
        SafeHandle socket, Span<byte> buffer, int maxDescriptors, out Sender sender, out SafeHandle[] descriptors, out bool wereMore);
}
