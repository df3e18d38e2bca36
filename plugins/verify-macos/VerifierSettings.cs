using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyMacOS;

/// <summary>The plugin's settings, documented in docs/plugins/verify-macos.md.</summary>
internal sealed record VerifierSettings
{
    private const string MaxExecutableBytesName = "max_executable_bytes";
    private const string MaxPinsName = "max_pins";
    private const string RequireProtectionName = "require_hardened_runtime";

    /// <summary>The largest executable that is hashed.</summary>
    public long MaxExecutableBytes { get; init; } = 4L << 30;

    /// <summary>How many processes stay pinned at a time.</summary>
    public int MaxPins { get; init; } = 1024;

    /// <summary>Whether programs into which others of the same user can load code are refused.</summary>
    public bool RequireProtection { get; init; }

    /// <summary>Reads the settings.</summary>
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
                RequireProtectionName => parsed with { RequireProtection = YesOrNo(name, value) },
                _ => throw new PluginSettingsException(
                    $"verify-macos has no setting '{name}'; it has {MaxExecutableBytesName}, {MaxPinsName} and {RequireProtectionName}."),
            };
        }

        return parsed;
    }

    private static long Number(string name, string value, long least, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be a whole number from {least} to {most}.");

    private static bool YesOrNo(string name, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw new PluginSettingsException($"The setting {name} is '{value}'; it must be 'yes' or 'no'."),
    };
}
