using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Files;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary><see cref="PrivateFile"/> on Windows, where an access list stands for the mode.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivateFile
{
    // Virus scanners and indexers open what was just written, without leave to rename it, for some milliseconds.
    private static readonly TimeSpan RenamePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RenameInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Opens a regular file of ours that is no link.</summary>
    /// <returns>A handle, or null where there is no file.</returns>
    /// <exception cref="UnsafePathException">It is a link, no regular file, or somebody else's.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static SafeFileHandle? OpenExisting(string path, FileAccess access)
    {
        uint rights = GENERIC_READ | (access == FileAccess.Read ? 0 : GENERIC_WRITE);
        SafeFileHandle? file = WindowsFile.OpenItself(path, rights);
        try
        {
            if (file is not null)
            {
                Check(path, file);
            }

            return file;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Creates an empty file with an access list of its own.</summary>
    /// <exception cref="IOException">Something is there already, or it cannot be created.</exception>
    internal static unsafe FileStream Create(string path)
    {
        byte[] security = FileAccessRules.OwnerOnly(WindowsUser.Current, isDirectory: false).ToBytes();
        fixed (byte* descriptor = security)
        {
            var attributes = new Interop.SECURITY_ATTRIBUTES { nLength = (uint)sizeof(Interop.SECURITY_ATTRIBUTES), lpSecurityDescriptor = descriptor };
            SafeFileHandle file = CreateFile(
                PathForm.ToExtended(Path.GetFullPath(path)),
                GENERIC_READ | GENERIC_WRITE,
                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                &attributes,
                CREATE_NEW,
                FILE_ATTRIBUTE_NORMAL,
                0);
            if (file.IsInvalid)
            {
                int error = Marshal.GetLastPInvokeError();
                file.Dispose();
                throw WindowsFile.Failure(path, "cannot be created", error);
            }

            return new FileStream(file, FileAccess.ReadWrite, bufferSize: 0);
        }
    }

    /// <summary>Renames over what is there. When it returns, the disk has it.</summary>
    /// <exception cref="IOException">It cannot be renamed; what was there is as it was.</exception>
    internal static void Rename(string from, string to)
    {
        long start = Stopwatch.GetTimestamp();
        while (!MoveFileEx(
            PathForm.ToExtended(Path.GetFullPath(from)), PathForm.ToExtended(Path.GetFullPath(to)), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (ERROR_ACCESS_DENIED or ERROR_SHARING_VIOLATION) || Stopwatch.GetElapsedTime(start) > RenamePatience)
            {
                throw WindowsFile.Failure(to, "cannot be replaced", error);
            }

            Thread.Sleep(RenameInterval);
        }
    }

    private static void Check(string path, SafeFileHandle file)
    {
        BY_HANDLE_FILE_INFORMATION information = WindowsFile.Look(path, file);
        if (WindowsFile.IsLink(information))
        {
            throw new UnsafePathException($"{path} is a link, which is not followed: replace it by the file itself.");
        }

        if (WindowsFile.IsDirectory(information))
        {
            throw new UnsafePathException($"{path} is not a regular file: move it away.");
        }

        // That others may read it harms nobody: no value is in it.
        if (FileAccessRules.FindFault(WindowsFile.ReadSecurity(path, file), WindowsUser.Current, FileAccessRules.Change) is { } fault)
        {
            throw new UnsafePathException($"{path} {fault}: look at what it says, then close it to others or move it away.");
        }
    }
}
