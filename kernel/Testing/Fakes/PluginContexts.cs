using System.Collections.ObjectModel;

namespace KeychainAuth.Plugin.Testing;

/// <summary>Makes the context that a daemon would hand to a plugin's factory.</summary>
public static class PluginContexts
{
    /// <summary>A context whose home and state directories lie below a directory of the test's own.</summary>
    /// <param name="id">The plugin's id.</param>
    /// <param name="directory">
    /// An existing private directory; the test deletes it. It becomes the home directory, so a plugin that looks for
    /// its default places finds the test's and never the person's own.
    /// </param>
    /// <param name="settings">The plugin's settings; null means none.</param>
    /// <param name="log">Where the plugin logs; null means a new <see cref="RecordingPluginLog"/>.</param>
    /// <param name="time">The clock; null means the system's.</param>
    /// <param name="markers">Environment markers; null means none.</param>
    /// <param name="userId">The numeric id of the user served; null means unknown, as on Windows.</param>
    public static PluginContext Create(
        string id,
        string directory,
        IReadOnlyDictionary<string, string>? settings = null,
        IPluginLog? log = null,
        TimeProvider? time = null,
        IReadOnlySet<string>? markers = null,
        uint? userId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return new PluginContext
        {
            Id = id,
            Settings = settings ?? ReadOnlyDictionary<string, string>.Empty,
            StateDirectory = Path.Combine(directory, ".local", "share", "keychain-auth", "plugins", id),
            Log = log ?? new RecordingPluginLog(),
            Time = time ?? TimeProvider.System,
            Environment = new HostEnvironment
            {
                OperatingSystem = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux",
                Markers = markers ?? new HashSet<string>(StringComparer.Ordinal),
                HomeDirectory = directory,
                UserId = userId,
            },
        };
    }
}
