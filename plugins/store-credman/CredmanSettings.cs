using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>The plugin's settings, documented in docs/plugins/store-credman.md.</summary>
internal sealed record CredmanSettings
{
    private const string MaxValueBytesName = "max_value_bytes";
    private const string PersistName = "persist";

    /// <summary>The largest value that is taken. Each 2,560 bytes of it are a credential of their own.</summary>
    internal int MaxValueBytes { get; init; } = 1024 * 1024;

    /// <summary>Whether credentials follow the user to other machines of a domain.</summary>
    internal bool Roams { get; init; }

    /// <exception cref="PluginSettingsException">A setting is unknown or has no meaning.</exception>
    internal static CredmanSettings Parse(IReadOnlyDictionary<string, string> settings)
    {
        CredmanSettings parsed = new();
        foreach ((string name, string value) in settings)
        {
            parsed = name switch
            {
                MaxValueBytesName => parsed with { MaxValueBytes = Number(name, value, 2560, 16 * 1024 * 1024) },
                PersistName => parsed with
                {
                    Roams = value switch
                    {
                        "local_machine" => false,
                        "enterprise" => true,
                        _ => throw new PluginSettingsException($"The setting {name} is '{value}'; it must be 'local_machine' or 'enterprise'."),
                    },
                },
                _ => throw new PluginSettingsException($"store-credman has no setting '{name}'; it has {MaxValueBytesName} and {PersistName}."),
            };
        }

        return parsed;
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be a whole number from {least} to {most}.");
}
