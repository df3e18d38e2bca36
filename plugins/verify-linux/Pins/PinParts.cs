using KeychainAuth.Plugins.VerifyLinux.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>What a pin consists of, gathered between two equal readings of the auxiliary vector.</summary>
internal sealed record PinParts(
    ProcessDirectory Directory,
    SafeFileHandle Maps,
    SafeFileHandle Status,
    byte[] AuxiliaryVector,
    uint UserId,
    ulong? UniqueNumber,
    long Instant) : IDisposable
{
    public void Dispose()
    {
        Directory.Dispose();
        Maps.Dispose();
        Status.Dispose();
    }
}
