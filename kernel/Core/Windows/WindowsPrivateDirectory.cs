using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Files;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>Directories with an access list that names the user, the system and, where they inherit it, administrators.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrivateDirectory
{
    /// <summary>Creates what is missing, each with an access list of its own, then checks the directory.</summary>
    /// <exception cref="UnsafePathException">It is a link, belongs to somebody else, or is open to others.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    internal static void Ensure(string path)
    {
        Create(Path.GetFullPath(path));
        Check(path);
    }

    /// <exception cref="UnsafePathException">It is a link, belongs to somebody else, or is open to others.</exception>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    internal static void Check(string path)
    {
        using SafeFileHandle directory = WindowsFile.OpenItself(path, READ_CONTROL | FILE_READ_ATTRIBUTES)
            ?? throw new IOException($"{path} is not there.");
        BY_HANDLE_FILE_INFORMATION information = WindowsFile.Look(path, directory);
        if (WindowsFile.IsLink(information) || !WindowsFile.IsDirectory(information))
        {
            throw new UnsafePathException($"{path} must be a directory itself, not a link or a file: move it away.");
        }

        if (FileAccessRules.FindFault(WindowsFile.ReadSecurity(path, directory), WindowsUser.Current, FileAccessRules.Anything) is { } fault)
        {
            throw new UnsafePathException($"{path} {fault}: move it away, and a private one is made in its place.");
        }
    }

    private static unsafe void Create(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            Create(parent);
        }

        byte[] security = FileAccessRules.OwnerOnly(WindowsUser.Current, isDirectory: true).ToBytes();
        fixed (byte* descriptor = security)
        {
            var attributes = new Interop.SECURITY_ATTRIBUTES { nLength = (uint)sizeof(Interop.SECURITY_ATTRIBUTES), lpSecurityDescriptor = descriptor };
            if (!CreateDirectory(PathForm.ToExtended(path), &attributes) && Marshal.GetLastPInvokeError() is not ERROR_ALREADY_EXISTS and int error)
            {
                throw WindowsFile.Failure(path, "cannot be created", error);
            }
        }
    }
}
