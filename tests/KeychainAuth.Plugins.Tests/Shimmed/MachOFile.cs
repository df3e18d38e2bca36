using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>Makes executables of macOS, small ones: a header, a signature command, a signature with one code directory.</summary>
internal static class MachOFile
{
    private const int HeaderBytes = 32;
    private const int CommandBytes = 16;

    /// <summary>A thin 64-bit executable.</summary>
    /// <param name="identifier">Makes its code directory, and so its hash, another one.</param>
    /// <param name="cdHash">The hash by which the kernel would know it.</param>
    /// <param name="hashType">How its code directory is hashed (kern/cs_blobs.h).</param>
    public static byte[] Signed(string identifier, out byte[] cdHash, byte hashType = 2)
    {
        byte[] directory = CodeDirectory(identifier, hashType);
        byte[] hash = hashType switch
        {
#pragma warning disable CA5350 // One of the ways in which code directories are hashed.
            1 => SHA1.HashData(directory),
#pragma warning restore CA5350
            4 => SHA384.HashData(directory),
            _ => SHA256.HashData(directory),
        };
        cdHash = hash[..20];
        byte[] signature = SuperBlob((0, directory), (2, [.. "entitlements would be here"u8]));
        return [.. Header(CommandBytes, commands: 1), .. SignatureCommand(HeaderBytes + CommandBytes, signature.Length), .. signature];
    }

    /// <summary>A thin 64-bit executable that nobody signed.</summary>
    public static byte[] Unsigned(string content) => [.. Header(0, commands: 0), .. Encoding.UTF8.GetBytes(content)];

    /// <summary>Several architectures in one file.</summary>
    public static byte[] Fat(params byte[][] slices)
    {
        byte[] header = new byte[8 + (20 * slices.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(header, 0xCAFEBABE);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), slices.Length);
        int offset = header.Length;
        for (int index = 0; index < slices.Length; index++)
        {
            Span<byte> entry = header.AsSpan(8 + (20 * index));
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], offset);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], slices[index].Length);
            offset += slices[index].Length;
        }

        return [.. header, .. slices.SelectMany(slice => slice)];
    }

    private static byte[] Header(int commandBytes, int commands)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xFEEDFACF);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), commands);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), commandBytes);
        return header;
    }

    private static byte[] SignatureCommand(int offset, int length)
    {
        byte[] command = new byte[CommandBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(command, 0x1D);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(4), CommandBytes);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(8), offset);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(12), length);
        return command;
    }

    private static byte[] CodeDirectory(string identifier, byte hashType)
    {
        byte[] directory = [.. new byte[44], .. Encoding.UTF8.GetBytes(identifier), 0];
        BinaryPrimitives.WriteUInt32BigEndian(directory, 0xFADE0C02);
        BinaryPrimitives.WriteInt32BigEndian(directory.AsSpan(4), directory.Length);
        directory[36] = 32;
        directory[37] = hashType;
        return directory;
    }

    private static byte[] SuperBlob(params (int Slot, byte[] Blob)[] blobs)
    {
        byte[] head = new byte[12 + (8 * blobs.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(head, 0xFADE0CC0);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(8), blobs.Length);
        int offset = head.Length;
        for (int index = 0; index < blobs.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(12 + (8 * index)), blobs[index].Slot);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(16 + (8 * index)), offset);
            offset += blobs[index].Blob.Length;
        }

        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), offset);
        return [.. head, .. blobs.SelectMany(blob => blob.Blob)];
    }
}
