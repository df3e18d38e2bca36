using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KeychainAuth.Core.Windows;

/// <summary>
/// App-execution aliases: files of no content in <c>WindowsApps</c> that start a program of a package. Windows has no
/// documented structure for them; this one was published by several who looked. Needs no Windows.
/// </summary>
internal static class AppExecutionAlias
{
    /// <summary>IO_REPARSE_TAG_APPEXECLINK, winnt.h.</summary>
    internal const uint Tag = 0x8000001B;

    private const uint KnownVersion = 3;
    private const int HeaderBytes = 8;
    private const int ExecutableIndex = 2;

    /// <summary>The program that an alias starts.</summary>
    /// <param name="reparseData">What FSCTL_GET_REPARSE_POINT answered, from the tag on.</param>
    /// <returns>Null when it is no alias, or one of a kind that is not known.</returns>
    internal static string? FindTarget(ReadOnlySpan<byte> reparseData)
    {
        if (reparseData.Length < HeaderBytes + sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(reparseData) != Tag
            || BinaryPrimitives.ReadUInt32LittleEndian(reparseData[HeaderBytes..]) != KnownVersion)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(reparseData[sizeof(uint)..]);
        if (length < sizeof(uint) || length > reparseData.Length - HeaderBytes)
        {
            return null;
        }

        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(reparseData.Slice(HeaderBytes, length)[sizeof(uint)..]);
        string[] parts = text.ToString().Split('\0');
        return parts.Length > ExecutableIndex && KeychainAuth.Windows.PathForm.HasDrive(parts[ExecutableIndex]) ? parts[ExecutableIndex] : null;
    }
}
