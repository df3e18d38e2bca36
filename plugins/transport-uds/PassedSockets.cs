using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// The descriptors that systemd passed at start (sd_listen_fds(3)): from 3 on, announced by LISTEN_PID, LISTEN_FDS and
/// LISTEN_FDNAMES. Each is taken once.
/// </summary>
internal sealed class PassedSockets(SocketAccess access)
{
    private const int FirstDescriptor = 3;
    private const int MaxPassed = 1024;
    private const string Name = "keychain-auth";

    private List<(int Descriptor, string Name)>? _passed;

    /// <summary>Takes the descriptor that is meant for an address.</summary>
    /// <returns>Null when none was passed to this process, or none is left.</returns>
    /// <exception cref="TransportException">What was passed makes no sense.</exception>
    internal int? Take(string requested)
    {
        _passed ??= Announced();
        if (_passed.Count == 0)
        {
            return null;
        }

        // One daemon has one socket, wherever systemd put it; the system daemon has two, told apart by their paths.
        int index = access == SocketAccess.Everybody
            ? _passed.FindIndex(p => ActivatedSocket.PathOf(p.Descriptor) == requested)
            : Math.Max(_passed.FindIndex(p => p.Name == Name), 0);
        if (index < 0)
        {
            return null;
        }

        int descriptor = _passed[index].Descriptor;
        if (access == SocketAccess.Everybody)
        {
            _passed.RemoveAt(index);
        }
        else
        {
            _passed.Clear();
        }

        return descriptor;
    }

    private static List<(int Descriptor, string Name)> Announced()
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

        return [.. Enumerable.Range(0, passed).Select(i => (FirstDescriptor + i, i < names.Length ? names[i] : ""))];
    }
}
