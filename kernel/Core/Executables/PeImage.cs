using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Executables;

/// <summary>Windows' executable format ([PE format] on Microsoft Learn), as far as telling a program from anything else.</summary>
internal static class PeImage
{
    private const int NewHeaderField = 0x3C;
    private const int CharacteristicsField = 22;
    private const int ExecutableImage = 0x0002;
    private const int DynamicLibrary = 0x2000;

    /// <summary>Whether the file is a program that Windows itself starts: neither a library nor a script.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static bool IsProgram(SafeFileHandle file)
    {
        Span<byte> field = stackalloc byte[4];
        if (RandomAccess.Read(file, field[..2], 0) != 2 || !field[..2].SequenceEqual("MZ"u8) || RandomAccess.Read(file, field, NewHeaderField) != field.Length)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[CharacteristicsField + 2];
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (RandomAccess.Read(file, header, start) != header.Length || !header.StartsWith("PE\0\0"u8))
        {
            return false;
        }

        int characteristics = BinaryPrimitives.ReadUInt16LittleEndian(header[CharacteristicsField..]);
        return (characteristics & ExecutableImage) != 0 && (characteristics & DynamicLibrary) == 0;
    }
}
