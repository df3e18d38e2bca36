using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Accepts on a thread of its own, so that the queue is looked at as soon as something happens, however busy the
/// thread pool is: the fresher <see cref="ConnectionQueue"/>'s stamp, the fewer honest clients have to reconnect.
/// </summary>
internal sealed class UdsListener : IReachableListener
{
    // The kernel's queue knows no turns, so they wait here. As many as the daemon may serve at a time by default: an
    // honest program that connects that often at once loses none.
    private const int WaitingCapacity = 4096;
    private const int FirstPauseMilliseconds = 10;
    private const int LongestPauseMilliseconds = 1000;

    private readonly ISocketSystem _system;
    private readonly BoundSocket _socket;
    private readonly UdsSettings _settings;
    private readonly TimeProvider _time;
    private readonly IPluginLog _log;
    private readonly ConnectionQueue _queue;
    private readonly IPeerReader _peers;
    private readonly ConnectionCloser _closer;
    private readonly ThrottledLog _dropped;
    private readonly ThrottledLog _paused;
    private readonly ThrottledLog _resumed;
    private readonly DescriptorReserve _reserve;
    private readonly WakeEvent _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly FairQueue<UdsConnection> _accepted = new(WaitingCapacity);

    private Task? _disposal;
    private int _pause;

    private UdsListener(ISocketSystem system, BoundSocket socket, UdsSettings settings, TimeProvider time, IPluginLog log)
    {
        _system = system;
        _socket = socket;
        _settings = settings;
        _time = time;
        _log = log;
        _queue = new ConnectionQueue(system, socket.Handle, time);
        _reserve = new DescriptorReserve(system, _stop.Handle);
        _peers = system.CreatePeerReader(log, _reserve);
        _closer = new ConnectionCloser(system);
        _dropped = new ThrottledLog(log, time, PluginLogLevel.Warning);
        _paused = new ThrottledLog(log, time, PluginLogLevel.Error);
        _resumed = new ThrottledLog(log, time, PluginLogLevel.Information);
    }

    public string Address => _socket.Address;

    public bool IsReachable => _socket.IsInPlace;

    internal static UdsListener Start(ISocketSystem system, BoundSocket socket, UdsSettings settings, TimeProvider time, IPluginLog log)
    {
        var listener = new UdsListener(system, socket, settings, time, log);
        new Thread(listener.Run) { Name = "transport-uds accept", IsBackground = true }.Start();
        return listener;
    }

    public async ValueTask<IPeerConnection?> AcceptAsync(CancellationToken cancellationToken) =>
        await _accepted.TakeAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= StopAsync());
        }
    }

    private async Task StopAsync()
    {
        _accepted.End();
        _stop.Set();
        await _ended.Task;
        while (_accepted.TryTake() is { } nobodys)
        {
            nobodys.Discard();
        }

        await _socket.DisposeAsync();
        _stop.Dispose();
    }

    private void Run()
    {
        bool added = false;
        try
        {
            // Held for the life of the thread: poll sees bare descriptors, whose numbers must not be reused under it.
            _socket.Handle.DangerousAddRef(ref added);

            // The first look comes before the first wait: it finds the queue empty, as a rule, and so sets the stamp
            // that the first connection gets.
            do
            {
                AcceptAll();
            }
            while (Wait());
            _accepted.End();
        }
#pragma warning disable CA1031 // Nothing may leave the thread: it would end the process. Whoever accepts gets it instead.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _log.Write(PluginLogLevel.Error, $"Nothing more can be accepted on {Address}.", failure);
            _accepted.End(failure as TransportException
                ?? new TransportException(TransportError.Failed, $"Nothing more can be accepted on {Address}: {failure.Message}"));
        }
        finally
        {
            if (added)
            {
                _socket.Handle.DangerousRelease();
            }

            _reserve.Dispose();
            _ended.SetResult();
        }
    }

    /// <returns>False when it is time to stop.</returns>
    private bool Wait()
    {
        Span<Libc.pollfd> poll =
        [
            new Libc.pollfd { fd = (int)_stop.Handle.DangerousGetHandle(), events = Libc.POLLIN },
            new Libc.pollfd { fd = (int)_socket.Handle.DangerousGetHandle(), events = Libc.POLLIN },
        ];

        // Without descriptors there is no accepting: then wait for time to pass, not for what is still in the queue.
        int ready = _pause > 0 ? Libc.Poll(poll[..1], _pause) : Libc.Poll(poll, -1);
        if (ready < 0 && Marshal.GetLastPInvokeError() is var error && error != Errno.EINTR)
        {
            throw new TransportException(TransportError.Failed, $"Waiting for connections on {Address} failed: {Describe(error)}.", error);
        }

        return ready <= 0 || poll[0].revents == 0;
    }

    private void AcceptAll()
    {
        while (true)
        {
            if (!_reserve.Take(out int error))
            {
                Pause(error);
                return;
            }

            SafeSocketHandle? accepted = _queue.TryAccept(out long? connectedAfter, out error);
            if (accepted is not null)
            {
                EndPause();
                HandOver(accepted, connectedAfter);
            }
            else if (error == Errno.EAGAIN)
            {
                EndPause();
                return;
            }
            else if (error is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM || error == Errno.ENOBUFS)
            {
                _reserve.Release();
                Pause(error);
                return;
            }
            else if (!_system.IsOfOneConnection(error))
            {
                // On Linux EINVAL, for one: whoever shares the socket has shut it down.
                throw new TransportException(TransportError.Failed, $"Accepting on {Address} failed: {Describe(error)}.", error);
            }
        }
    }

    private void Pause(int error)
    {
        if (_pause == 0)
        {
            _paused.Write($"No connection can be accepted on {Address} for now: {Describe(error)}. Connections wait; raise the limit of open files (ulimit -n) if this returns.");
        }

        _pause = Math.Clamp(_pause * 2, FirstPauseMilliseconds, LongestPauseMilliseconds);
    }

    private void EndPause()
    {
        if (_pause != 0)
        {
            _pause = 0;
            _resumed.Write($"Connections are accepted on {Address} again.");
        }
    }

    private void HandOver(SafeSocketHandle accepted, long? connectedAfter)
    {
        PeerCredentials? peer = _peers.Read(accepted, connectedAfter, out string? refusal);
        if (peer is null)
        {
            _dropped.Write(refusal!);
            _closer.Close(accepted, isDrained: false);
            return;
        }

        var connection = new UdsConnection(_system, _peers, _closer, accepted, peer, _queue, _time, _settings.SendTimeout);
        if (_accepted.Add(peer.UserId ?? 0, peer.ProcessId, connection) is { } superfluous)
        {
            _dropped.Write($"{WaitingCapacity} connections wait to be served; one of process {superfluous.Peer.ProcessId}, which has most of them, was dropped.");
            superfluous.Discard();
        }
    }
}
