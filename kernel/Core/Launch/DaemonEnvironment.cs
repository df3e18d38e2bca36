using System.Collections;

namespace KeychainAuth.Core.Launch;

/// <summary>
/// The environment a daemon is started with: what is known to be needed, and nothing else. A block-list would have to
/// know every variable by which some library loads code; this list does not.
/// </summary>
/// <param name="Variables">NAME=value, in ordinal order.</param>
/// <param name="DroppedCodeLoaders">Names left out of which it is known that they load code; a person should hear of them.</param>
internal sealed record DaemonEnvironment(IReadOnlyList<string> Variables, IReadOnlyList<string> DroppedCodeLoaders)
{
    private static readonly HashSet<string> KeptOnUnix = new(StringComparer.Ordinal)
    {
        "HOME", "USER", "LOGNAME", "PATH", "LANG", "TZ", "TERM", "NO_COLOR", "TMPDIR",
        "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
        "SSH_CONNECTION", "SSH_TTY", "container",
        "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "DOTNET_ROOT",
    };

    // No PATH: Windows looks for libraries there. The rest is where Windows and the user's folders are.
    private static readonly HashSet<string> KeptOnWindows = new(StringComparer.OrdinalIgnoreCase)
    {
        "SystemRoot", "SystemDrive", "windir", "ProgramData", "USERPROFILE", "USERNAME", "USERDOMAIN", "HOMEDRIVE", "HOMEPATH",
        "APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "COMPUTERNAME", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "NO_COLOR",
    };

    private static readonly string[] KeptPrefixes = ["LC_", "XDG_", "WSL_", "KEYCHAIN_AUTH_", "DOTNET_ROOT_"];

    // 4 MiB (hexadecimal). By itself the collector takes the size of the last cache, tens of MiB, which an idle daemon keeps.
    private const string YoungMemory = "DOTNET_GCgen0size=400000";

    private static readonly string[] Added = ["DOTNET_EnableDiagnostics=0", "DOTNET_TieredPGO=0", YoungMemory];

    internal static DaemonEnvironment From(IDictionary environment) => From(environment, OperatingSystem.IsWindows());

    /// <param name="environment">The variables of the process that starts the daemon.</param>
    /// <param name="isWindows">Whether names are those of Windows, and compared without case.</param>
    internal static DaemonEnvironment From(IDictionary environment, bool isWindows)
    {
        HashSet<string> kept = isWindows ? KeptOnWindows : KeptOnUnix;
        StringComparison comparison = isWindows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var variables = new List<string>(Added);
        var dropped = new List<string>();
        foreach (DictionaryEntry variable in environment)
        {
            string name = (string)variable.Key;
            if (kept.Contains(name) || Array.Exists(KeptPrefixes, p => name.StartsWith(p, comparison)))
            {
                variables.Add($"{name}={variable.Value}");
            }
            else if (CodeLoadingVariables.Contains(name))
            {
                dropped.Add(name);
            }
        }

        variables.Sort(StringComparer.Ordinal);
        dropped.Sort(StringComparer.Ordinal);
        return new DaemonEnvironment(variables, dropped);
    }
}
