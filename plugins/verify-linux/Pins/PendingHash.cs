using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>A mapped file whose digest is needed, with the descriptor that was compared with the mapping.</summary>
internal sealed record PendingHash(
    MappedFile File, string Path, SafeFileHandle Descriptor, Interop.Libc.statx_buffer Stat, bool TracksMappedWrites) : IDisposable
{
    public void Dispose() => Descriptor.Dispose();
}
