using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>The plugin's settings, documented in docs/plugins/transport-pipe.md.</summary>
internal sealed record PipeSettings
{
    private const string BacklogName = "backlog";
    private const string SendTimeoutName = "send_timeout_seconds";

    /// <summary>Clients that may wait until the daemon takes them.</summary>
    public int Backlog { get; init; } = 128;

    /// <summary>How long a peer may take to read one answer.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="PluginSettingsException">A setting is unknown or has no meaning.</exception>
    public static PipeSettings Parse(IReadOnlyDictionary<string, string> settings)
    {
        PipeSettings parsed = new();
        foreach ((string name, string value) in settings)
        {
            parsed = name switch
            {
                BacklogName => parsed with { Backlog = Number(name, value, 1, 4096) },
                SendTimeoutName => parsed with { SendTimeout = TimeSpan.FromSeconds(Number(name, value, 1, 3600)) },
                _ => throw new PluginSettingsException($"transport-pipe has no setting '{name}'; it has {BacklogName} and {SendTimeoutName}."),
            };
        }

        return parsed;
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be a whole number from {least} to {most}.");
}
