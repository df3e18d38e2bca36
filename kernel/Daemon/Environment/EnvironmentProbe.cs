using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Environment;

/// <summary>
/// Looks once, at start, at where the daemon runs. Plugins are chosen by the markers found here and by nothing else.
/// </summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="fileSystemRoot">Where /proc is looked for; <c>/</c> but in tests.</param>
internal sealed class EnvironmentProbe(Func<string, string?> variable, string fileSystemRoot)
{
    internal HostEnvironment Probe(string homeDirectory, bool isSystem = false) => new()
    {
        OperatingSystem = OperatingSystemName(),
        Markers = Markers(isSystem),
        HomeDirectory = homeDirectory,
        UserId = System.OperatingSystem.IsWindows() ? null : Interop.Libc.GetEUid(),
    };

    private HashSet<string> Markers(bool isSystem)
    {
        var markers = new HashSet<string>(StringComparer.Ordinal);
        bool display = IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY");
        bool wsl = IsWsl();
        markers.Add(display ? EnvironmentMarker.Display : EnvironmentMarker.Headless);
        AddIf(EnvironmentMarker.System, isSystem);
        AddIf(EnvironmentMarker.Wsl, wsl);
        AddIf(EnvironmentMarker.Desktop, display && !wsl);
        AddIf(EnvironmentMarker.SessionBus, HasSessionBus());
        AddIf(EnvironmentMarker.Ssh, IsSet("SSH_CONNECTION") || IsSet("SSH_TTY"));
        AddIf(EnvironmentMarker.Container, IsSet("container") || File.Exists(Rooted("run/.containerenv")) || File.Exists(Rooted(".dockerenv")));
        return markers;

        void AddIf(string marker, bool holds)
        {
            if (holds)
            {
                markers.Add(marker);
            }
        }
    }

    private bool IsWsl()
    {
        if (IsSet("WSL_DISTRO_NAME") || IsSet("WSL_INTEROP"))
        {
            return true;
        }

        string release = Rooted("proc/sys/kernel/osrelease");
        return File.Exists(release) && File.ReadAllText(release).Contains("microsoft", StringComparison.OrdinalIgnoreCase);
    }

    // The bus is used where it is, never launched.
    private bool HasSessionBus() =>
        IsSet("DBUS_SESSION_BUS_ADDRESS")
        || (variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && File.Exists(Path.Combine(runtime, "bus")));

    private bool IsSet(string name) => !string.IsNullOrEmpty(variable(name));

    private string Rooted(string path) => Path.Combine(fileSystemRoot, path);

    private static string OperatingSystemName()
    {
        if (System.OperatingSystem.IsLinux())
        {
            return "linux";
        }

        return System.OperatingSystem.IsMacOS() ? "macos" : "windows";
    }
}
