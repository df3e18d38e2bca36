using System.Runtime.Versioning;
using KeychainAuth.Core.Windows;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>Who may enter a directory, or change a file, by their access lists.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPlace
{
    internal static DoctorFinding Examine(string name, string path, bool isDirectory)
    {
        if (!Path.Exists(path))
        {
            return new DoctorFinding(name, DoctorFinding.Good, $"{path} is not there yet");
        }

        uint rights = isDirectory ? FileAccessRules.Anything : FileAccessRules.Change;
        return WindowsExposure.FindFault(path, WindowsUser.Current, rights, isDirectory) is { } fault
            ? new DoctorFinding(name, DoctorFinding.Bad, $"{path} {fault}: close it to others or move it away")
            : new DoctorFinding(name, DoctorFinding.Good, $"{path} (this user's alone, beside the system and administrators)");
    }
}
