using System.Collections.Concurrent;

namespace KeychainAuth.Plugin.Testing;

/// <summary>Keeps what a plugin logs, so that a test can look at it. Thread-safe.</summary>
public sealed class RecordingPluginLog : IPluginLog
{
    private readonly ConcurrentQueue<RecordedLogLine> _lines = new();

    /// <summary>What was logged so far, oldest first.</summary>
    public IReadOnlyList<RecordedLogLine> Lines => [.. _lines];

    /// <summary>Always true: a test wants to see every line.</summary>
    /// <param name="level">The level in question.</param>
    public bool IsEnabled(PluginLogLevel level) => true;

    /// <inheritdoc/>
    public void Write(PluginLogLevel level, string message, Exception? exception = null) =>
        _lines.Enqueue(new RecordedLogLine(level, message, exception));
}
