using System.Buffers.Binary;
using System.Numerics;

namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>
/// Reads /proc/&lt;pid&gt;/auxv (getauxval(3)): pairs of words in the byte order of the machine, of four bytes each where
/// the process is a 32-bit one.
/// </summary>
internal static class AuxiliaryVector
{
    /// <summary>linux/auxvec.h: the size of a page, which every image has.</summary>
    public const ulong AT_PAGESZ = 6;

    /// <summary>asm/auxvec.h: where the kernel mapped the vDSO.</summary>
    public const ulong AT_SYSINFO_EHDR = 33;

    /// <summary>linux/auxvec.h: not 0 where the image was started with other ids than its starter's, as with set-group-id.</summary>
    public const ulong AT_SECURE = 23;

    private const ulong AT_NULL = 0;

    /// <summary>Whether it looks like one at all: it states a page size.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> vector) => WordSize(vector) != 0;

    /// <summary>Finds the value of an entry.</summary>
    public static bool TryFind(ReadOnlySpan<byte> vector, ulong type, out ulong value) =>
        TryFind(vector, WordSize(vector), type, out value);

    private static int WordSize(ReadOnlySpan<byte> vector)
    {
        foreach (int size in (ReadOnlySpan<int>)[8, 4])
        {
            if (TryFind(vector, size, AT_PAGESZ, out ulong page) && page is >= 4096 and <= (1 << 20) && BitOperations.IsPow2(page))
            {
                return size;
            }
        }

        return 0;
    }

    private static bool TryFind(ReadOnlySpan<byte> vector, int wordSize, ulong type, out ulong value)
    {
        value = 0;
        if (wordSize == 0)
        {
            return false;
        }

        while (vector.Length >= 2 * wordSize)
        {
            ulong found = Word(vector, wordSize);
            if (found == AT_NULL)
            {
                return false;
            }

            if (found == type)
            {
                value = Word(vector[wordSize..], wordSize);
                return true;
            }

            vector = vector[(2 * wordSize)..];
        }

        return false;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int size) => (size, BitConverter.IsLittleEndian) switch
    {
        (8, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        (8, false) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (_, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };
}
