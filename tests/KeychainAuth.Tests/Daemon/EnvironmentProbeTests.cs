using FsCheck.Xunit;
using KeychainAuth.Daemon.Environment;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

public sealed class EnvironmentProbeTests : IDisposable
{
    private readonly TestDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("", "headless")]
    [InlineData("DISPLAY=:0", "desktop,display")]
    [InlineData("WAYLAND_DISPLAY=wayland-0", "desktop,display")]
    [InlineData("DISPLAY=:0 WAYLAND_DISPLAY=wayland-0", "desktop,display")]
    [InlineData("DISPLAY=", "headless")]
    [InlineData("WSL_DISTRO_NAME=Debian", "headless,wsl")]
    [InlineData("WSL_INTEROP=/run/WSL/1_interop", "headless,wsl")]
    [InlineData("DISPLAY=:0 WSL_DISTRO_NAME=Debian", "display,wsl")]
    [InlineData("WSL_DISTRO_NAME=", "headless")]
    [InlineData("DBUS_SESSION_BUS_ADDRESS=unix:path=/x", "dbus-session,headless")]
    [InlineData("SSH_CONNECTION=a", "headless,ssh")]
    [InlineData("SSH_TTY=/dev/pts/1", "headless,ssh")]
    [InlineData("container=podman", "container,headless")]
    public void Probe_Variables_GiveMarkers(string variables, string markers) => Assert.Equal(markers, Markers(variables));

    [Theory]
    [InlineData("5.15.153.1-microsoft-standard-WSL2", "headless,wsl")]
    [InlineData("4.4.0-19041-Microsoft", "headless,wsl")]
    [InlineData("6.12.9-amd64", "headless")]
    public void Probe_KernelRelease_TellsWsl(string release, string markers)
    {
        Place("proc/sys/kernel/osrelease", release + "\n");
        Assert.Equal(markers, Markers(""));
    }

    [Theory]
    [InlineData("run/.containerenv")]
    [InlineData(".dockerenv")]
    public void Probe_MarkerFileOfAContainer_IsSeen(string file)
    {
        Place(file, "");
        Assert.Equal("container,headless", Markers(""));
    }

    [Fact]
    public void Probe_BusInTheRuntimeDirectory_IsASessionBus()
    {
        Assert.Equal("headless", Markers($"XDG_RUNTIME_DIR={_root.Path}"));
        using var bus = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, default);
        bus.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_root.Combine("bus")));
        Assert.Equal("dbus-session,headless", Markers($"XDG_RUNTIME_DIR={_root.Path}"));
    }

    [Fact]
    public void Probe_Host_NamesSystemHomeAndUser()
    {
        HostEnvironment host = new EnvironmentProbe(_ => null, _root.Path).Probe("/home/x");
        Assert.Equal("linux", host.OperatingSystem);
        Assert.Equal("/home/x", host.HomeDirectory);
        Assert.NotNull(host.UserId);
    }

    // What plugins are chosen by: exactly one of display and headless, and a desktop is a display without WSL.
    [Property]
    public bool Probe_AnyCombination_KeepsTheRules(bool x11, bool wayland, bool distro, bool interop)
    {
        string[] variables = [x11 ? "DISPLAY=:1" : "", wayland ? "WAYLAND_DISPLAY=w" : "", distro ? "WSL_DISTRO_NAME=d" : "", interop ? "WSL_INTEROP=i" : ""];
        string[] markers = Markers(string.Join(' ', variables)).Split(',');
        bool display = x11 || wayland;
        bool wsl = distro || interop;
        return markers.Contains("display") == display
            && markers.Contains("headless") == !display
            && markers.Contains("wsl") == wsl
            && markers.Contains("desktop") == (display && !wsl);
    }

    private string Markers(string variables)
    {
        Dictionary<string, string> values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        HostEnvironment host = new EnvironmentProbe(values.GetValueOrDefault, _root.Path).Probe("/home/x");
        return string.Join(',', host.Markers.Order(StringComparer.Ordinal));
    }

    private void Place(string relative, string content)
    {
        string path = _root.Combine(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
