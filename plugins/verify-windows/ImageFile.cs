using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinNT;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>The file that a process runs, opened so that nobody can write to it, rename or delete it while it is open.</summary>
[SupportedOSPlatform("windows")]
internal sealed class ImageFile : IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private ImageFile(SafeFileHandle handle, FileFacts facts)
    {
        Handle = handle;
        Facts = facts;
    }

    internal SafeFileHandle Handle { get; }

    internal FileFacts Facts { get; }

    /// <param name="imageName">As Windows calls it.</param>
    /// <param name="fault">Why it could not be opened.</param>
    internal static unsafe ImageFile? Open(string imageName, out string? fault)
    {
        SafeFileHandle handle = CreateFile(
            PathForm.ToExtended(imageName), GENERIC_READ, FILE_SHARE_READ, null, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, 0);
        if (!handle.IsInvalid && ReadFacts(handle) is { } facts)
        {
            fault = null;
            return new ImageFile(handle, facts);
        }

        fault = $"{imageName} cannot be looked at: {DescribeLastError()}.";
        handle.Dispose();
        return null;
    }

    /// <summary>Which file lies at a path now, and in which state.</summary>
    /// <returns>Null when none can be seen there.</returns>
    internal static unsafe FileKey? KeyAt(string path)
    {
        using SafeFileHandle handle = CreateFile(
            PathForm.ToExtended(path), FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, null, OPEN_EXISTING, 0, 0);
        return handle.IsInvalid ? null : ReadKey(handle);
    }

    /// <summary>
    /// Whether a file lets itself be opened for writing, which no file does while it runs as a program. A second look,
    /// beside the name of the process's image: that name could be an old one. Says nothing about files that we may not
    /// write anyway, which an ordinary user could not have put there either.
    /// </summary>
    internal static unsafe bool IsWritable(string path)
    {
        using SafeFileHandle handle = CreateFile(
            PathForm.ToExtended(path), FILE_WRITE_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, null, OPEN_EXISTING, 0, 0);
        return !handle.IsInvalid;
    }

    /// <summary>SHA-256 of the content.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal string Hash(CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[ChunkBytes];
        for (long offset = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = RandomAccess.Read(Handle, buffer, offset);
            if (count == 0)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            hash.AppendData(buffer, 0, count);
            offset += count;
        }
    }

    public void Dispose() => Handle.Dispose();

    private static unsafe FileFacts? ReadFacts(SafeFileHandle handle)
    {
        if (ReadKey(handle) is not { } key)
        {
            return null;
        }

        string? path = GetFinalPathName(handle, VOLUME_NAME_DOS);

        // Answers for files of other machines only.
        byte* remote = stackalloc byte[RemoteProtocolBytes];
        bool isRemote = GetFileInformationByHandleEx(handle, FileRemoteProtocolInfo, remote, RemoteProtocolBytes);
        return new FileFacts(
            path is null ? null : PathForm.ToPlain(path), GetFinalPathName(handle, VOLUME_NAME_NT), isRemote, GetFileSystemName(handle), key);
    }

    private static unsafe FileKey? ReadKey(SafeFileHandle handle)
    {
        FILE_ID_INFO id;
        return GetFileInformationByHandleEx(handle, FileIdInfo, &id, (uint)sizeof(FILE_ID_INFO))
            && GetFileInformationByHandle(handle, out BY_HANDLE_FILE_INFORMATION information)
            ? new FileKey(
                id.VolumeSerialNumber,
                *(ulong*)id.FileId,
                *(ulong*)(id.FileId + sizeof(ulong)),
                (long)(((ulong)information.nFileSizeHigh << 32) | information.nFileSizeLow),
                information.ftLastWriteTime.Ticks)
            : null;
    }
}
