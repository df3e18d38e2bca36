using System.Runtime.Versioning;
using KeychainAuth.Core.Windows;

namespace KeychainAuth.Core.Executables;

/// <summary>Whether the operating system keeps ordinary users from changing a file.</summary>
internal static class FileProtection
{
    private const int OthersMayWrite = 0b000_010_010;

    /// <summary>
    /// Root's, and writable by nobody else: what the verifier takes for part of the system, so that it need not be
    /// listed. Where there are no numeric owners the answer is no.
    /// </summary>
    internal static bool IsSystemFile(OpenedFile file) =>
        file.OwnerUserId == 0 && (file.Permissions & OthersMayWrite) == 0;

    /// <summary>Says in one sentence how programs of an ordinary user could change what lies at a path.</summary>
    /// <returns>Null when they cannot, or when this system cannot tell.</returns>
    internal static string? DescribeExposure(OpenedFile file)
    {
        if (OperatingSystem.IsWindows())
        {
            return DescribeWindowsExposure(file.Path);
        }

        if (!IsSystemFile(file))
        {
            return $"{file.Path} can be changed by programs of user {file.OwnerUserId}; a changed file has another hash and is refused.";
        }

        string directory = Path.GetDirectoryName(file.Path)!;
        return Interop.Libc.StatX(directory, followLink: true, out Interop.Libc.statx_buffer status) == 0
            && (status.stx_uid != 0 || (status.Permissions & OthersMayWrite) != 0)
            ? $"{file.Path} can be replaced, because others than root may write to {directory}; a replaced file has another hash and is refused."
            : null;
    }

    [SupportedOSPlatform("windows")]
    private static string? DescribeWindowsExposure(string path)
    {
        string directory = Path.GetDirectoryName(path)!;
        if (WindowsExposure.FindFault(path, user: null, FileAccessRules.Change, mustBeDirectory: false) is { } fault)
        {
            return $"{path} can be changed by programs of an ordinary user (it {fault}); a changed file has another hash and is refused.";
        }

        return WindowsExposure.FindFault(directory, user: null, FileAccessRules.ReplaceContent, mustBeDirectory: true) is { } placeFault
            ? $"{path} can be replaced by programs of an ordinary user ({directory} {placeFault}); a replaced file has another hash and is refused."
            : null;
    }
}
