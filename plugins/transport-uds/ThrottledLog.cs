using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// One kind of line that a peer can provoke at will: written at most once in ten seconds, with a count of those left
/// out. For one thread.
/// </summary>
internal sealed class ThrottledLog(IPluginLog log, TimeProvider time, PluginLogLevel level)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long? _last;
    private int _left;

    internal void Write(string message)
    {
        if (_last is { } last && time.GetElapsedTime(last) < Interval)
        {
            _left++;
            return;
        }

        log.Write(level, _left == 0 ? message : $"{message} ({_left} more like it since the last such line.)");
        _last = time.GetTimestamp();
        _left = 0;
    }
}
