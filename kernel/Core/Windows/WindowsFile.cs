using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>Opens files and directories themselves, never what a link leads to, and says what they are.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsFile
{
    private const uint ShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

    /// <summary>Opens what is at a path; a link is opened itself.</summary>
    /// <returns>Null when nothing is there.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static unsafe SafeFileHandle? OpenItself(string path, uint access, uint share = ShareAll)
    {
        SafeFileHandle file = CreateFile(
            PathForm.ToExtended(Path.GetFullPath(path)), access, share, null, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, 0);
        if (!file.IsInvalid)
        {
            return file;
        }

        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error is ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND
            ? null
            : throw Failure(path, "cannot be opened", error);
    }

    /// <summary>The attributes of an open file: whether it is a directory, whether it is a link.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    internal static BY_HANDLE_FILE_INFORMATION Look(string path, SafeFileHandle file) =>
        GetFileInformationByHandle(file, out BY_HANDLE_FILE_INFORMATION information)
            ? information
            : throw Failure(path, "cannot be looked at", Marshal.GetLastPInvokeError());

    /// <summary>Owner and access list of a file that was opened with READ_CONTROL.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    internal static SecurityDescriptor ReadSecurity(string path, SafeFileHandle file)
    {
        byte[]? bytes = Interop.Advapi32.GetSecurity(file, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION);
        if (bytes is null)
        {
            throw Failure(path, "does not show its owner", Marshal.GetLastPInvokeError());
        }

        try
        {
            return SecurityDescriptor.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw new IOException($"{path} does not show its owner: {e.Message}", e);
        }
    }

    internal static bool IsDirectory(in BY_HANDLE_FILE_INFORMATION information) => (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;

    /// <summary>Symbolic links, junctions, and whatever else leads elsewhere.</summary>
    internal static bool IsLink(in BY_HANDLE_FILE_INFORMATION information) => (information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;

    internal static IOException Failure(string path, string what, int error) => new($"{path} {what}: {Describe(error)}.", error);
}
