using System.Globalization;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>The plugin's settings, checked.</summary>
/// <param name="Path">The keyring's absolute path.</param>
/// <param name="LockTimeout">How long a write waits for another process that holds the lock.</param>
internal sealed record FileStoreSettings(string Path, TimeSpan LockTimeout)
{
    internal const string PathKey = "path";
    internal const string LockTimeoutKey = "lock_timeout_seconds";

    private const int DefaultLockTimeoutSeconds = 5;
    private const int MaxLockTimeoutSeconds = 600;

    // NAME_MAX is 255 bytes; the temporary file's name is the longest that is derived from this one.
    private const int MaxNameBytes = 200;

    /// <summary>Whether one daemon serves all users from files of its own.</summary>
    internal static bool IsSystem(PluginContext context) => context.Environment.Markers.Contains("system");

    internal static FileStoreSettings From(PluginContext context)
    {
        // In system mode a directory that only the daemon may enter, one per user; a home is the user's own to change.
        string path = IsSystem(context)
            ? System.IO.Path.Combine(context.StateDirectory, "keyring.json")
            : System.IO.Path.Combine(context.Environment.HomeDirectory, ".keychain-auth", "keyring.json");
        int seconds = DefaultLockTimeoutSeconds;
        foreach ((string key, string value) in context.Settings)
        {
            switch (key)
            {
                case PathKey when IsSystem(context):
                    throw new PluginSettingsException($"Setting '{PathKey}' of {context.Id} has no place in system mode: one file would be all users'.");
                case PathKey:
                    path = value;
                    break;
                case LockTimeoutKey:
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > MaxLockTimeoutSeconds)
                    {
                        throw new PluginSettingsException($"Setting '{LockTimeoutKey}' of {context.Id} is '{value}'; it must be a whole number of seconds from 1 to {MaxLockTimeoutSeconds}.");
                    }

                    break;
                default:
                    throw new PluginSettingsException($"Setting '{key}' is unknown to {context.Id}; it knows '{PathKey}' and '{LockTimeoutKey}'.");
            }
        }

        // A path that the runtime would rewrite (".", "..", doubled or trailing slashes) may name another file to the
        // kernel than to a reader of the configuration.
        string name = System.IO.Path.GetFileName(path);
        if (!System.IO.Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal) || System.IO.Path.GetFullPath(path) != path
            || name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            throw new PluginSettingsException($"The keyring's path '{path}' ({context.Id}, setting '{PathKey}') must be the absolute path of a file, without '.', '..' or doubled slashes, its name at most {MaxNameBytes} bytes.");
        }

        return new FileStoreSettings(path, TimeSpan.FromSeconds(seconds));
    }
}
