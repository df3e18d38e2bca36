using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Executables;

/// <summary>Whether a file is a program of macOS (mach-o/loader.h, mach-o/fat.h).</summary>
internal static class MachOMagic
{
    private const uint MachO64 = 0xFEEDFACF;
    private const uint MachO32 = 0xFEEDFACE;
    private const uint Fat32 = 0xCAFEBABE;
    private const uint Fat64 = 0xCAFEBABF;

    // A Java class begins like a fat program too, but with its version, 45 or more, where the number of programs stands.
    private const uint MostArchitectures = 32;

    internal static bool IsIn(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[8];
        return RandomAccess.Read(file, start, 0) == start.Length && IsStartOf(start);
    }

    internal static bool IsStartOf(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32LittleEndian(start) is MachO64 or MachO32
        || (BinaryPrimitives.ReadUInt32BigEndian(start) is Fat32 or Fat64 && BinaryPrimitives.ReadUInt32BigEndian(start[4..]) <= MostArchitectures);
}
