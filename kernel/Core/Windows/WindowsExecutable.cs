using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Executables;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>Opens a program's file so that it has the name under which the verifier will see it.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsExecutable
{
    /// <summary>Opens what is at a path, through links and app-execution aliases. Nobody can write to it, rename or delete it meanwhile.</summary>
    /// <param name="path">Any path to the file.</param>
    /// <param name="finalPath">The file's own path, in the case in which the disk has it.</param>
    /// <exception cref="ExecutableException">It is not there, no regular file, or cannot be read.</exception>
    internal static unsafe SafeFileHandle Open(string path, out string finalPath)
    {
        string target = ResolveAlias(Path.GetFullPath(path));
        SafeFileHandle file = CreateFile(
            PathForm.ToExtended(target), GENERIC_READ, FILE_SHARE_READ, null, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS, 0);
        try
        {
            if (file.IsInvalid)
            {
                throw Failed(path, Marshal.GetLastPInvokeError());
            }

            if (!GetFileInformationByHandle(file, out BY_HANDLE_FILE_INFORMATION information))
            {
                throw Failed(path, Marshal.GetLastPInvokeError());
            }

            if (WindowsFile.IsDirectory(information))
            {
                throw new ExecutableException($"{path} is not a regular file.");
            }

            finalPath = GetFinalPathName(file, VOLUME_NAME_DOS) is { } name && PathForm.ToPlain(name) is { } plain
                ? plain
                : throw new ExecutableException($"{path} lies on a volume without a drive letter, so no path names it: give the volume one.");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static unsafe string ResolveAlias(string path)
    {
        try
        {
            using SafeFileHandle? file = WindowsFile.OpenItself(path, FILE_READ_ATTRIBUTES);
            if (file is null || !WindowsFile.IsLink(WindowsFile.Look(path, file)))
            {
                return path;
            }

            byte* data = stackalloc byte[MAXIMUM_REPARSE_DATA_BUFFER_SIZE];
            return DeviceIoControl(file, FSCTL_GET_REPARSE_POINT, null, 0, data, MAXIMUM_REPARSE_DATA_BUFFER_SIZE, out uint length, null)
                ? AppExecutionAlias.FindTarget(new ReadOnlySpan<byte>(data, (int)length)) ?? path
                : path;
        }
        catch (IOException e)
        {
            throw new ExecutableException(e.Message, e);
        }
    }

    private static ExecutableException Failed(string path, int error) => error switch
    {
        ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND or ERROR_INVALID_NAME => new ExecutableException($"{path}: there is no such file."),
        ERROR_SHARING_VIOLATION => new ExecutableException($"{path} is being written or deleted by another program: try again when that is done."),
        _ => new ExecutableException($"{path} cannot be opened: {Describe(error)}."),
    };
}
