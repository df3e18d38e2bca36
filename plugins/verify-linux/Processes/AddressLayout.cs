using System.Numerics;

namespace KeychainAuth.Plugins.VerifyLinux.Processes;

/// <summary>
/// Recognises memory that was laid out without randomisation. The pin tells two images apart by their addresses, so an
/// image whose addresses anybody can foretell is not vouched for.
/// </summary>
internal static class AddressLayout
{
    /// <summary>sys/personality.h: the flag that <c>setarch -R</c> sets.</summary>
    public const ulong ADDR_NO_RANDOMIZE = 0x0040000;

    private const ulong PageSize = 4096;

    /// <summary>
    /// Whether a stack that ends at this address was put at the very top of the address space, as the kernel does
    /// without randomisation: at a power of two (arm64), less one page (x86-64). With randomisation that happens once
    /// in millions of programs. Not known for other architectures' tops, which end elsewhere: there only the
    /// personality tells.
    /// </summary>
    public static bool IsTopOfAddressSpace(ulong stackEnd) =>
        BitOperations.IsPow2(stackEnd) || BitOperations.IsPow2(stackEnd + PageSize);
}
