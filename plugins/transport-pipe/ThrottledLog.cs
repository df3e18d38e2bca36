using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>
/// Lines that a peer can provoke at will: written at most once in ten seconds, with a count of those left out.
/// </summary>
internal sealed class ThrottledLog(IPluginLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _last;
    private int _left;

    internal void Write(string message)
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                _left++;
                return;
            }

            log.Write(PluginLogLevel.Warning, _left == 0 ? message : $"{message} ({_left} more like it since the last such line.)");
            _last = time.GetTimestamp();
            _left = 0;
        }
    }
}
