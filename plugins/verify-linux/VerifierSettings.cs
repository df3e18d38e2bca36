using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>The plugin's settings, documented in docs/plugins/verify-linux.md.</summary>
internal sealed record VerifierSettings
{
    private const string MaxExecutableBytesName = "max_executable_bytes";
    private const string MaxPinsName = "max_pins";
    private const string HashCacheEntriesName = "hash_cache_entries";
    private const string LauncherName = "launcher";
    private const string HiddenOverlayLayersName = "hidden_overlay_layers";

    /// <summary>The largest executable or code file that is hashed.</summary>
    public long MaxExecutableBytes { get; init; } = 4L << 30;

    /// <summary>How many processes stay pinned at a time; each holds three descriptors.</summary>
    public int MaxPins { get; init; } = 1024;

    /// <summary>How many digests are remembered.</summary>
    public int HashCacheEntries { get; init; } = 1024;

    /// <summary>Whether an overlay counts as trusted although its layers cannot be seen from here.</summary>
    public bool AcceptHiddenOverlayLayers { get; init; }

    /// <summary>Where the launcher is installed: beside the daemon. Looked for in system mode only.</summary>
    public string Launcher { get; init; } = Path.Combine(AppContext.BaseDirectory, "keychain-auth-launch");

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
                HashCacheEntriesName => parsed with { HashCacheEntries = (int)Number(name, value, 1, 1 << 20) },
                HiddenOverlayLayersName => parsed with { AcceptHiddenOverlayLayers = Choice(name, value, no: "refuse", yes: "accept") },
                LauncherName => parsed with { Launcher = AbsolutePath(name, value) },
                _ => throw new PluginSettingsException(
                    $"verify-linux has no setting '{name}'; it has {MaxExecutableBytesName}, {MaxPinsName}, "
                    + $"{HashCacheEntriesName}, {HiddenOverlayLayersName} and {LauncherName}."),
            };
        }

        return parsed;
    }

    private static long Number(string name, string value, long least, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be a whole number from {least} to {most}.");

    private static string AbsolutePath(string name, string value) =>
        Path.IsPathRooted(value) && Path.GetFullPath(value) == value && value.Length > 1
            ? value
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be an absolute path.");

    private static bool Choice(string name, string value, string no, string yes) =>
        value == yes || (value == no
            ? false
            : throw new PluginSettingsException($"The setting {name} is '{value}'; it must be '{no}' or '{yes}'."));
}
