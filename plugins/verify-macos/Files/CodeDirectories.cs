using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyMacOS.Files;

/// <summary>
/// The hashes of the code directories in an executable (mach-o/loader.h, mach-o/fat.h, kern/cs_blobs.h). The kernel
/// knows running code by one of them and checks every page against it; finding that one in the very descriptor that is
/// hashed ties the file's SHA-256 to the running code, whatever is renamed meanwhile.
/// </summary>
internal static class CodeDirectories
{
    internal const int CdHashBytes = 20;

    private const uint MachO64 = 0xFEEDFACF;
    private const uint MachO32 = 0xFEEDFACE;
    private const uint Fat32 = 0xCAFEBABE;
    private const uint Fat64 = 0xCAFEBABF;
    private const uint CodeSignatureCommand = 0x1D;
    private const uint EmbeddedSignature = 0xFADE0CC0;
    private const uint CodeDirectory = 0xFADE0C02;
    private const uint AlternateSlots = 0x1000;
    private const int MaxAlternates = 5;
    private const int HashTypeOffset = 37;
    private const int MaxSlices = 32;
    private const int MaxCommandBytes = 16 << 20;
    private const int MaxSignatureBytes = 256 << 20;

    /// <summary>The hashes, each 40 lower-case hexadecimal digits; none where nothing is signed.</summary>
    /// <exception cref="InvalidDataException">The file contradicts itself.</exception>
    internal static IReadOnlyList<string> Read(SafeFileHandle file)
    {
        List<string> hashes = [];
        byte[] header = ReadAt(file, 0, 8);
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic is not (Fat32 or Fat64))
        {
            ReadSlice(file, 0, hashes);
            return hashes;
        }

        uint count = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        Require(count <= MaxSlices, "it has too many architectures");
        int entryBytes = magic == Fat32 ? 20 : 32;
        byte[] entries = ReadAt(file, 8, (int)count * entryBytes);
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> offset = entries.AsSpan((index * entryBytes) + 8);
            ReadSlice(file, magic == Fat32 ? BinaryPrimitives.ReadUInt32BigEndian(offset) : BinaryPrimitives.ReadInt64BigEndian(offset), hashes);
        }

        return hashes;
    }

    private static void ReadSlice(SafeFileHandle file, long start, List<string> hashes)
    {
        Require(start >= 0, "an architecture lies outside the file");
        byte[] header = ReadAt(file, start, 32);
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (magic is not (MachO64 or MachO32))
        {
            return;
        }

        int headerBytes = magic == MachO64 ? 32 : 28;
        uint commands = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
        uint commandBytes = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(20));
        Require(commandBytes <= MaxCommandBytes, "its load commands are too large");
        ReadOnlySpan<byte> rest = ReadAt(file, start + headerBytes, (int)commandBytes);
        for (uint index = 0; index < commands; index++)
        {
            Require(rest.Length >= 8, "its load commands are cut off");
            int size = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            Require(size >= 8 && size <= rest.Length, "a load command has no sensible size");
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == CodeSignatureCommand)
            {
                Require(size >= 16, "its signature command is cut off");
                ReadSignature(file, start + BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]), BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]), hashes);
            }

            rest = rest[size..];
        }
    }

    private static void ReadSignature(SafeFileHandle file, long offset, uint length, List<string> hashes)
    {
        Require(length is >= 12 and <= MaxSignatureBytes, "its signature has no sensible size");
        byte[] blob = ReadAt(file, offset, (int)length);
        Require(BinaryPrimitives.ReadUInt32BigEndian(blob) == EmbeddedSignature, "its signature is not one");
        uint count = BinaryPrimitives.ReadUInt32BigEndian(blob.AsSpan(8));
        Require(count <= (blob.Length - 12) / 8, "its signature is cut off");
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> entry = blob.AsSpan(12 + (index * 8));
            uint slot = BinaryPrimitives.ReadUInt32BigEndian(entry);
            if (slot is 0 or (>= AlternateSlots and < AlternateSlots + MaxAlternates))
            {
                hashes.Add(HashDirectory(blob, BinaryPrimitives.ReadUInt32BigEndian(entry[4..])));
            }
        }
    }

    private static string HashDirectory(byte[] blob, uint offset)
    {
        Require(offset <= blob.Length - 40, "a code directory lies outside its signature");
        ReadOnlySpan<byte> directory = blob.AsSpan((int)offset);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(directory[4..]);
        Require(BinaryPrimitives.ReadUInt32BigEndian(directory) == CodeDirectory && length >= 40 && length <= directory.Length, "a code directory is not one");
        directory = directory[..(int)length];
        byte[] hash = directory[HashTypeOffset] switch
        {
#pragma warning disable CA5350 // SHA-1 is what old signatures are named by. It decides nothing: the file's SHA-256 does.
            1 => SHA1.HashData(directory),
#pragma warning restore CA5350
            2 or 3 => SHA256.HashData(directory),
            4 => SHA384.HashData(directory),
            _ => throw new InvalidDataException("its code directory is hashed in a way that is not known here"),
        };
        return Convert.ToHexStringLower(hash.AsSpan(0, CdHashBytes));
    }

    private static byte[] ReadAt(SafeFileHandle file, long offset, int count)
    {
        byte[] buffer = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int read = RandomAccess.Read(file, buffer.AsSpan(filled), offset + filled);
            Require(read > 0, "it is cut off");
            filled += read;
        }

        return buffer;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
