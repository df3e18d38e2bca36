using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Files;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>
/// <see cref="FileIdentity"/> on Windows. Programs can set the change time here, so it finds changes of honest writers
/// only; that is all it is used for.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsFileIdentity
{
    /// <exception cref="IOException">The file system could not answer.</exception>
    internal static unsafe FileIdentity? Of(string path)
    {
        using SafeFileHandle file = CreateFile(
            PathForm.ToExtended(Path.GetFullPath(path)),
            FILE_READ_ATTRIBUTES,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            null,
            OPEN_EXISTING,
            FILE_FLAG_BACKUP_SEMANTICS,
            0);
        if (file.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND
                ? null
                : throw WindowsFile.Failure(path, "cannot be looked at", error);
        }

        BY_HANDLE_FILE_INFORMATION information = WindowsFile.Look(path, file);
        FILE_BASIC_INFO times;
        if (!GetFileInformationByHandleEx(file, FileBasicInfo, &times, (uint)sizeof(FILE_BASIC_INFO)))
        {
            throw WindowsFile.Failure(path, "cannot be looked at", Marshal.GetLastPInvokeError());
        }

        return new FileIdentity(
            information.dwVolumeSerialNumber,
            ((ulong)information.nFileIndexHigh << 32) | information.nFileIndexLow,
            (long)(((ulong)information.nFileSizeHigh << 32) | information.nFileSizeLow),
            times.LastWriteTime,
            times.ChangeTime);
    }
}
