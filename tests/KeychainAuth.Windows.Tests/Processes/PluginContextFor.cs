using KeychainAuth.Plugin;

namespace KeychainAuth.Windows.Tests.Processes;

/// <summary>What the daemon would tell a plugin.</summary>
internal static class PluginContextFor
{
    internal static PluginContext Plugin(string id, IReadOnlyDictionary<string, string> settings, IPluginLog? log = null) => new()
    {
        Id = id,
        Settings = settings,
        StateDirectory = Path.Combine(Path.GetTempPath(), "keychain-auth-unused"),
        Log = log ?? new SilentLog(),
        Time = TimeProvider.System,
        Environment = new HostEnvironment
        {
            OperatingSystem = "windows",
            Markers = new HashSet<string>(),
            HomeDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            UserId = null,
        },
    };

    private sealed class SilentLog : IPluginLog
    {
        public bool IsEnabled(PluginLogLevel level) => false;

        public void Write(PluginLogLevel level, string message, Exception? exception = null)
        {
        }
    }
}
