using System.Net.Sockets;
using System.Text;
using KeychainAuth.Core;

namespace KeychainAuth.Daemon.Keys;

/// <summary>syslog(3)'s socket: where an administrator's deeds are recorded. Users' audit logs are the daemon's to write.</summary>
internal static class SystemLog
{
    private const string Path = "/dev/log";

    // authpriv (10), notice (5); RFC 3164 section 4.1.1.
    private const int Priority = (10 * 8) + 5;

    /// <summary>Records one sentence.</summary>
    /// <returns>Null, or why it could not be recorded.</returns>
    internal static string? Write(string sentence)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes($"<{Priority}>{ProductInfo.CommandName}: {sentence}"), new UnixDomainSocketEndPoint(Path));
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
