using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>
/// Listening sockets that systemd passed at start (sd_listen_fds(3)): descriptors from 3 on, announced by LISTEN_PID,
/// LISTEN_FDS and LISTEN_FDNAMES. Each is taken once.
/// </summary>
internal sealed class SystemdActivation
{
    private const int FirstDescriptor = 3;
    private const int MaxPassed = 1024;
    private const string Name = "keychain-auth";

    private readonly List<(int Descriptor, string Name)> _passed = [];

    /// <param name="address">The path that is wanted; null takes the socket that has this daemon's name, or else the first.</param>
    /// <param name="pathOf">Tells the path of a socket.</param>
    /// <returns>Null when none was passed to this process, or none that fits is left.</returns>
    /// <exception cref="TransportException">What was passed makes no sense.</exception>
    internal PassedSocket? Take(string? address, Func<SafeHandle, string?> pathOf)
    {
        _passed.AddRange(Announced());
        if (_passed.Count == 0)
        {
            return null;
        }

        int index = address is null
            ? Math.Max(_passed.FindIndex(p => p.Name == Name), 0)
            : _passed.FindIndex(p => PathOf(p.Descriptor, pathOf) == address);
        if (index < 0)
        {
            return null;
        }

        int descriptor = _passed[index].Descriptor;
        _passed.RemoveAt(index);
        if (address is null)
        {
            // One is all that a daemon of one user has a use for.
            _passed.Clear();
        }

        return new PassedSocket(
            new SafeSocketHandle(descriptor, ownsHandle: true),
            "systemd",
            $"Descriptor {descriptor}, which was passed for socket activation,",
            KindAdvice: "use ListenStream= with a path and Accept=no",
            PathAdvice: "make ListenStream= of the socket unit agree with what clients use",
            ModeAdvice: mode => $"set SocketMode={Convert.ToString((int)mode, 8).PadLeft(4, '0')} in the socket unit");
    }

    private static string? PathOf(int descriptor, Func<SafeHandle, string?> pathOf)
    {
        using var socket = new SafeSocketHandle(descriptor, ownsHandle: false);
        return pathOf(socket);
    }

    private static IEnumerable<(int Descriptor, string Name)> Announced()
    {
        string? process = Environment.GetEnvironmentVariable("LISTEN_PID");
        string? count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        string[] names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        if (process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || count is null)
        {
            return [];
        }

        // Taken: neither another transport nor a child shall take them for its own.
        foreach (string variable in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"])
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int passed) || passed > MaxPassed)
        {
            throw new TransportException(TransportError.Failed, $"LISTEN_FDS is '{count}', which is not a number of sockets.");
        }

        return Enumerable.Range(0, passed).Select(i => (FirstDescriptor + i, i < names.Length ? names[i] : ""));
    }
}
