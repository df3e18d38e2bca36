using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>A plugin's log lines in the daemon's log, under the plugin's id.</summary>
internal sealed partial class PluginLog(ILoggerFactory loggers, string pluginId) : IPluginLog
{
    private readonly ILogger _logger = loggers.CreateLogger(pluginId);

    public bool IsEnabled(PluginLogLevel level) => _logger.IsEnabled(ToLogLevel(level));

    public void Write(PluginLogLevel level, string message, Exception? exception = null)
    {
        LogLevel logLevel = ToLogLevel(level);
        Write(_logger, logLevel, message, exception);
    }

    private static LogLevel ToLogLevel(PluginLogLevel level) => level switch
    {
        PluginLogLevel.Debug => LogLevel.Debug,
        PluginLogLevel.Information => LogLevel.Information,
        PluginLogLevel.Warning => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    [LoggerMessage("{Message}")]
    private static partial void Write(ILogger logger, LogLevel level, string message, Exception? exception);
}
