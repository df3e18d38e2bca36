using System.Runtime.InteropServices;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Closes the open files that launchers have passed along, each user's one after the other and on a thread of their own.
/// Close(2) waits for the file system, and one in a user's process may never answer; whoever waits for it cannot even be
/// killed. So it costs one thread, and its owner the launching, but nobody else anything.
/// </summary>
/// <remarks>Not guaranteed: that the daemon's process can end before such a file system does.</remarks>
internal sealed class PassedFiles
{
    // Of launches at the same time: none waits for longer than others take to be closed.
    private const int MaxWaiting = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Queue<SafeHandle>> _waiting = [];

    /// <summary>Whether so many files of a user's wait to be closed that no more should be taken.</summary>
    internal bool AreTooMany(uint? userId)
    {
        lock (_gate)
        {
            return _waiting.TryGetValue(userId ?? uint.MaxValue, out Queue<SafeHandle>? waiting) && waiting.Count >= MaxWaiting;
        }
    }

    /// <summary>Has files closed, and does not wait for it.</summary>
    internal void Close(uint? userId, IReadOnlyList<SafeHandle> files)
    {
        if (files.Count == 0)
        {
            return;
        }

        uint user = userId ?? uint.MaxValue;
        lock (_gate)
        {
            bool isBeingClosed = _waiting.TryGetValue(user, out Queue<SafeHandle>? waiting);
            waiting ??= _waiting[user] = new Queue<SafeHandle>();
            foreach (SafeHandle file in files)
            {
                waiting.Enqueue(file);
            }

            if (!isBeingClosed)
            {
                new Thread(() => CloseAll(user, waiting)) { IsBackground = true, Name = "passed files" }.Start();
            }
        }
    }

    private void CloseAll(uint user, Queue<SafeHandle> waiting)
    {
        while (true)
        {
            SafeHandle? file;
            lock (_gate)
            {
                if (!waiting.TryDequeue(out file))
                {
                    _waiting.Remove(user);
                    return;
                }
            }

            file.Dispose();
        }
    }
}
