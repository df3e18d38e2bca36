using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>What an operator may set. An unknown name is an error: a misspelt limit must not go unnoticed.</summary>
/// <param name="Backlog">How many connections the kernel queues; it caps the number at net.core.somaxconn.</param>
/// <param name="SendTimeout">How long a peer may take to read what one call sends.</param>
internal sealed record UdsSettings(int Backlog, TimeSpan SendTimeout)
{
    private const string BacklogName = "backlog";
    private const string SendTimeoutName = "send_timeout_seconds";

    internal static UdsSettings Parse(IReadOnlyDictionary<string, string> settings)
    {
        int backlog = 128;
        int sendTimeout = 10;
        foreach ((string name, string value) in settings)
        {
            switch (name)
            {
                case BacklogName:
                    backlog = ParseNumber(name, value, 1, 4096);
                    break;
                case SendTimeoutName:
                    sendTimeout = ParseNumber(name, value, 1, 3600);
                    break;
                default:
                    throw new PluginSettingsException(
                        $"transport-uds has no setting '{name}'; it has {BacklogName} and {SendTimeoutName}.");
            }
        }

        return new UdsSettings(backlog, TimeSpan.FromSeconds(sendTimeout));
    }

    private static int ParseNumber(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException(
                $"The setting {name} of transport-uds is '{value}'; it has to be a whole number from {least} to {most}.");
}
