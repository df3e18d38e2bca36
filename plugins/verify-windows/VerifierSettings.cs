using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>The plugin's settings, documented in docs/plugins/verify-windows.md.</summary>
internal sealed record VerifierSettings
{
    private const string MaxExecutableBytesName = "max_executable_bytes";
    private const string MaxPinsName = "max_pins";

    /// <summary>The largest executable that is hashed.</summary>
    public long MaxExecutableBytes { get; init; } = 4L << 30;

    /// <summary>Of how many processes the identity is remembered.</summary>
    public int MaxPins { get; init; } = 1024;

    /// <exception cref="PluginSettingsException">A setting is unknown or has no meaning.</exception>
    public static VerifierSettings Parse(IReadOnlyDictionary<string, string> settings)
    {
        VerifierSettings parsed = new();
        foreach ((string name, string value) in settings)
        {
            parsed = name switch
            {
                MaxExecutableBytesName => parsed with { MaxExecutableBytes = Number(name, value, 4096, long.MaxValue) },
                MaxPinsName => parsed with { MaxPins = (int)Number(name, value, 4, 65536) },
                _ => throw new PluginSettingsException($"verify-windows has no setting '{name}'; it has {MaxExecutableBytesName} and {MaxPinsName}."),
            };
        }

        return parsed;
    }

    private static long Number(string name, string value, long least, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be a whole number from {least} to {most}.");
}
