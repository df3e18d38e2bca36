using KeychainAuth.Plugins.TransportUds.Linux;
using KeychainAuth.Plugins.TransportUds.MacOS;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>The socket system of the machine this runs on.</summary>
internal static class SocketSystems
{
    internal static ISocketSystem Current { get; } = OperatingSystem.IsMacOS() ? new MacSocketSystem() : new LinuxSocketSystem();
}
