using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.Linux;

/// <summary>
/// One thread that waits for the sockets of all connections. It says that a socket is ready and does no more: what follows
/// runs on the pool, because it may have to wait for what a peer keeps back. A socket is watched only while somebody
/// waits for it, so one that is served without waiting wakes nobody.
/// </summary>
internal sealed class EpollLoop
{
    private const int MostAtATime = 64;

    private static readonly Lock Gate = new();
    private static EpollLoop? _shared;

    private readonly SafeFileHandle _epoll;
    private readonly ConcurrentDictionary<ulong, EpollReadiness> _watched = new();
    private ulong _lastKey;

    private EpollLoop(SafeFileHandle epoll)
    {
        _epoll = epoll;
        new Thread(Run) { Name = "transport-uds wait", IsBackground = true }.Start();
    }

    /// <summary>The process's one, started when it is first needed. Lives as long as the process.</summary>
    /// <returns>Null with errno set where the system has no descriptor for it; the next call tries again.</returns>
    internal static EpollLoop? Shared()
    {
        lock (Gate)
        {
            return _shared ??= Create();
        }
    }

    /// <summary>Watches a socket for one event.</summary>
    /// <param name="key">What <see cref="Add"/> gave for it.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="events">EPOLL* flags.</param>
    /// <param name="isNew">Whether it is watched for the first time.</param>
    /// <returns>0, or -1 with errno set.</returns>
    internal int Watch(ulong key, SafeHandle socket, uint events, bool isNew) =>
        Libc.EpollControl(_epoll, isNew ? Libc.EPOLL_CTL_ADD : Libc.EPOLL_CTL_MOD, socket, events | Libc.EPOLLONESHOT, key);

    /// <summary>Takes up somebody who will wait.</summary>
    /// <returns>A key that no other one gets: a late event of a socket that is gone finds nobody.</returns>
    internal ulong Add(EpollReadiness readiness)
    {
        ulong key = Interlocked.Increment(ref _lastKey);
        _watched[key] = readiness;
        return key;
    }

    /// <summary>Ends the watching. Before the socket is closed.</summary>
    internal void Remove(ulong key, SafeHandle socket)
    {
        _watched.TryRemove(key, out _);
        _ = Libc.EpollControl(_epoll, Libc.EPOLL_CTL_DEL, socket, 0, 0);
    }

    private static EpollLoop? Create()
    {
        SafeFileHandle epoll = Libc.EpollCreate();
        return epoll.IsInvalid ? null : new EpollLoop(epoll);
    }

    private void Run()
    {
        Span<(uint Events, ulong Data)> ready = stackalloc (uint, ulong)[MostAtATime];
        while (true)
        {
            int count = Libc.EpollWait(_epoll, ready);
            if (count < 0 && Marshal.GetLastPInvokeError() is var error && error != Errno.EINTR)
            {
                // The arguments are this class's own: no connection could be served any more.
                throw new InvalidOperationException($"epoll_wait failed: {Describe(error)}.");
            }

            for (int index = 0; index < count; index++)
            {
                if (_watched.TryGetValue(ready[index].Data, out EpollReadiness? readiness))
                {
                    readiness.Happened(ready[index].Events);
                }
            }
        }
    }
}
