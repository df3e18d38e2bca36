using System.Collections.Concurrent;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Keeps what the verifier logs.</summary>
internal sealed class RecordedLines : IPluginLog
{
    public ConcurrentQueue<string> All { get; } = new();

    public bool IsEnabled(PluginLogLevel level) => true;

    public void Write(PluginLogLevel level, string message, Exception? exception = null) => All.Enqueue(message);
}
