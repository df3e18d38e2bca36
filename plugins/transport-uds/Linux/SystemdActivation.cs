using System.Globalization;
using System.Net.Sockets;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>
/// A listening socket that systemd passed at start (sd_listen_fds(3)): descriptors from 3 on, announced by LISTEN_PID,
/// LISTEN_FDS and LISTEN_FDNAMES.
/// </summary>
internal static class SystemdActivation
{
    private const int FirstDescriptor = 3;
    private const string Name = "keychain-auth";

    internal static PassedSocket? Take() => FindDescriptor() is { } descriptor
        ? new PassedSocket(
            new SafeSocketHandle(descriptor, ownsHandle: true),
            "systemd",
            $"Descriptor {descriptor}, which was passed for socket activation,",
            KindAdvice: "use ListenStream= with a path and Accept=no",
            PathAdvice: "make ListenStream= of the socket unit agree with what clients use",
            ModeAdvice: "set SocketMode=0600 in the socket unit")
        : null;

    private static int? FindDescriptor()
    {
        string? process = Environment.GetEnvironmentVariable("LISTEN_PID");
        string? count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        string[] names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        if (process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || count is null)
        {
            return null;
        }

        // Taken: neither a second call nor a child shall take them for its own.
        foreach (string variable in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"])
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int passed) || passed > 1024)
        {
            throw new TransportException(TransportError.Failed, $"LISTEN_FDS is '{count}', which is not a number of sockets.");
        }

        int named = Array.IndexOf(names, Name);
        return passed == 0 ? null : FirstDescriptor + (named > 0 && named < passed ? named : 0);
    }
}
