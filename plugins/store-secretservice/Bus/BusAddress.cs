using System.Text;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// Finds the session bus without ever starting one. GLib's own search ends in running dbus-launch; and an address may name
/// a program to run or a host to connect to, so only local sockets are taken.
/// </summary>
internal static class BusAddress
{
    internal const string AddressVariable = "DBUS_SESSION_BUS_ADDRESS";
    internal const string RuntimeDirectoryVariable = "XDG_RUNTIME_DIR";

    private const string UnixTransport = "unix:";

    /// <returns>An address to connect to; null when there is no session bus that may be used.</returns>
    internal static string? Find(Func<string, string?> variable)
    {
        if (variable(AddressVariable) is { Length: > 0 } address)
        {
            return IsUsable(address) ? address : null;
        }

        return variable(RuntimeDirectoryVariable) is { Length: > 0 } directory && Path.IsPathFullyQualified(directory) && File.Exists(Path.Combine(directory, "bus"))
            ? $"unix:path={Escape(Path.Combine(directory, "bus"))}"
            : null;
    }

    /// <summary>Whether every alternative of an address is a local socket.</summary>
    internal static bool IsUsable(string address) =>
        address.Length > UnixTransport.Length
        && !address.Contains('\0', StringComparison.Ordinal)
        && address.Split(';').All(entry => entry.StartsWith(UnixTransport, StringComparison.Ordinal));

    // D-Bus specification, "Server Addresses": bytes other than these are written as %xx.
    private static string Escape(string path)
    {
        var escaped = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(path))
        {
            char character = (char)value;
            _ = char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/' or '\\' or '*' or '.'
                ? escaped.Append(character)
                : escaped.Append('%').Append(Convert.ToHexStringLower([value]));
        }

        return escaped.ToString();
    }
}
