using System.Runtime.InteropServices;
using KeychainAuth.Core.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Executables;

/// <summary>
/// A regular file opened once, so that its path, its facts and its content are those of one and the same file, whatever
/// is renamed meanwhile.
/// </summary>
internal sealed class OpenedFile : IDisposable
{
    private const int ExecutableBits = 0b001_001_001;

    private OpenedFile(SafeFileHandle handle, string path, uint? owner, int permissions)
    {
        Handle = handle;
        Path = path;
        OwnerUserId = owner;
        Permissions = permissions;
    }

    internal SafeFileHandle Handle { get; }

    /// <summary>The path without links, as the kernel names the file.</summary>
    internal string Path { get; }

    /// <summary>Null where the system has no numeric owners.</summary>
    internal uint? OwnerUserId { get; }

    internal int Permissions { get; }

    internal bool IsExecutable => OperatingSystem.IsWindows() || (Permissions & ExecutableBits) != 0;

    /// <summary>Opens what is at a path, following links.</summary>
    /// <exception cref="ExecutableException">It is not there, no regular file, or cannot be read.</exception>
    internal static OpenedFile Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            SafeFileHandle file = WindowsExecutable.Open(path, out string finalPath);
            return new OpenedFile(file, finalPath, owner: null, permissions: 0);
        }

        // O_NONBLOCK: a FIFO must not hold us up before it is recognised as one.
        SafeFileHandle handle = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_NONBLOCK);
        try
        {
            if (handle.IsInvalid)
            {
                throw Failed(path, Marshal.GetLastPInvokeError());
            }

            if (Interop.Libc.StatX(handle, out Interop.Libc.statx_buffer status) != 0)
            {
                throw Failed(path, Marshal.GetLastPInvokeError());
            }

            if (status.FileType != Interop.Libc.S_IFREG)
            {
                throw new ExecutableException($"{path} is not a regular file.");
            }

            return new OpenedFile(handle, KernelPath(path, handle, status), status.stx_uid, status.Permissions);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Dispose() => Handle.Dispose();

    private static string KernelPath(string path, SafeFileHandle handle, in Interop.Libc.statx_buffer status)
    {
        string? kernelPath = OperatingSystem.IsMacOS()
            ? Interop.LibSystem.PathOf(handle)
            : new FileInfo($"/proc/self/fd/{(int)handle.DangerousGetHandle()}").LinkTarget;

        // Also refuses what was deleted meanwhile, and names that are not UTF-8, which config.json could not hold.
        return kernelPath is not null
            && Interop.Libc.StatX(kernelPath, followLink: false, out Interop.Libc.statx_buffer there) == 0
            && there.IsSameFileAs(status)
            ? kernelPath
            : throw new ExecutableException($"{path} has no path that names it: it was moved, or its name is not valid UTF-8.");
    }

    private static ExecutableException Failed(string path, int errno) => errno is Interop.Errno.ENOENT or Interop.Errno.ENOTDIR
        ? new ExecutableException($"{path}: there is no such file.")
        : new ExecutableException($"{path} cannot be opened: {Interop.Describe(errno)}.");
}
