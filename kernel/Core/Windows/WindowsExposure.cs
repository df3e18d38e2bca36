using System.Runtime.Versioning;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.WinNT;

namespace KeychainAuth.Core.Windows;

/// <summary>Who else may change a file or directory.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsExposure
{
    /// <summary>Checks one entry of a directory, without following it.</summary>
    /// <param name="path">The entry.</param>
    /// <param name="user">A user who may change it beside the system and administrators; null for nobody.</param>
    /// <param name="rights">The rights that nobody else may have.</param>
    /// <param name="mustBeDirectory">Whether it has to be a directory, or a file; null where either will do.</param>
    /// <returns>Null when it is safe, otherwise how the sentence goes on that begins with the path.</returns>
    internal static string? FindFault(string path, Sid? user, uint rights, bool? mustBeDirectory)
    {
        try
        {
            using SafeFileHandle? entry = WindowsFile.OpenItself(path, READ_CONTROL | FILE_READ_ATTRIBUTES);
            if (entry is null)
            {
                return "is not there";
            }

            Interop.Kernel32.BY_HANDLE_FILE_INFORMATION information = WindowsFile.Look(path, entry);
            if (WindowsFile.IsLink(information))
            {
                return "is a link";
            }

            if (mustBeDirectory is { } directory && directory != WindowsFile.IsDirectory(information))
            {
                return directory ? "is not a directory" : "is not a regular file";
            }

            return FileAccessRules.FindFault(WindowsFile.ReadSecurity(path, entry), user, rights);
        }
        catch (IOException e)
        {
            return $"cannot be examined ({e.Message.TrimEnd('.')})";
        }
    }
}
