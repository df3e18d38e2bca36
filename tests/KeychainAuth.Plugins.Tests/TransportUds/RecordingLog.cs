using System.Collections.Concurrent;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>Remembers what was logged.</summary>
internal sealed class RecordingLog : IPluginLog
{
    private readonly ConcurrentQueue<(PluginLogLevel Level, string Message)> _lines = new();

    public IReadOnlyCollection<(PluginLogLevel Level, string Message)> Lines => _lines;

    public bool IsEnabled(PluginLogLevel level) => true;

    public void Write(PluginLogLevel level, string message, Exception? exception = null) =>
        _lines.Enqueue((level, exception is null ? message : $"{message} {exception.Message}"));
}
