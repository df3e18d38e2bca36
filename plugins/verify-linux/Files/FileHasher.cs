using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Digests of files, each computed once however many ask for it, and remembered where an unchanged
/// <see cref="FileKey"/> proves unchanged content. A digest that nobody waits for any more is abandoned.
/// </summary>
internal sealed class FileHasher : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FileKey, FileHash> _kept = [];
    private readonly Queue<FileKey> _order = [];
    private readonly Dictionary<FileKey, HashingJob> _running = [];
    private readonly HashingLanes _lanes;
    private readonly FileDigest _digest;
    private readonly int _capacity;

    public FileHasher(VerifierSettings settings, TimeProvider time, HashingLanes lanes)
    {
        _lanes = lanes;
        _digest = new FileDigest(settings.MaxExecutableBytes, time);
        _capacity = settings.HashCacheEntries;
    }

    /// <summary>How many digests were computed since the start.</summary>
    public int ComputedCount { get; private set; }

    /// <summary>How many digests are remembered.</summary>
    public int KeptCount
    {
        get
        {
            lock (_lock)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>The digest of an open file.</summary>
    /// <param name="pathDescriptor">The file (O_PATH suffices); it stays the caller's.</param>
    /// <param name="key">What statx said of it.</param>
    /// <param name="tracksMappedWrites">Whether its file system moves the times at each write through a mapping.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<FileHash> HashAsync(
        SafeHandle pathDescriptor, FileKey key, bool tracksMappedWrites, CancellationToken cancellationToken)
    {
        HashingJob? job;
        lock (_lock)
        {
            if (_kept.TryGetValue(key, out FileHash? known))
            {
                return ValueTask.FromResult(known);
            }

            if (!_running.TryGetValue(key, out job))
            {
                SafeFileHandle file = FileOpener.Reopen(pathDescriptor);
                if (file.IsInvalid)
                {
                    string why = Interop.Describe(Marshal.GetLastPInvokeError());
                    file.Dispose();
                    return ValueTask.FromResult(FileHash.Refused(Refusal.Unverifiable(
                        $"A code file of the process cannot be read: {why}; the daemon's user needs read permission on it.")));
                }

                job = new HashingJob();
                _running.Add(key, job);
                job.Completion = RunAsync(job, file, key, tracksMappedWrites);
            }

            job.Waiters++;
        }

        return WaitAsync(job, key, cancellationToken);
    }

    /// <summary>Abandons what is being computed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (HashingJob job in _running.Values)
            {
                job.Abandon();
            }

            _running.Clear();
        }
    }

    private async ValueTask<FileHash> WaitAsync(HashingJob job, FileKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await job.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                job.Waiters--;
                if (job.Waiters == 0 && !job.Completion.IsCompleted)
                {
                    job.Abandon();
                    Forget(key, job);
                }
            }
        }
    }

    private async Task<FileHash> RunAsync(HashingJob job, SafeFileHandle file, FileKey key, bool tracksMappedWrites)
    {
        FairLane lane = _lanes.For(key.Size);
        FileHash? hash = null;
        try
        {
            // Leave the lock that the caller holds, and its thread.
            await Task.Yield();
            await lane.EnterAsync(this, job.Abandoned).ConfigureAwait(false);
            try
            {
                return hash = await Task.Factory.StartNew(
                    () => _digest.Compute(file, key, tracksMappedWrites, job.Abandoned),
                    job.Abandoned,
                    HashingLanes.IsLarge(key.Size) ? TaskCreationOptions.LongRunning : TaskCreationOptions.None,
                    TaskScheduler.Default).ConfigureAwait(false);
            }
            finally
            {
                lane.Leave();
            }
        }
        catch (OperationCanceledException)
        {
            return hash = FileHash.Refused(Refusal.Unverifiable("The hashing of a code file was given up, because nobody waited for it any more; connect again."));
        }
        finally
        {
            file.Dispose();
            lock (_lock)
            {
                ComputedCount++;
                Forget(key, job);
                job.Dispose();
                if (hash is { IsKept: true })
                {
                    Keep(hash);
                }
            }
        }
    }

    private void Keep(FileHash hash)
    {
        if (_kept.TryAdd(hash.Key, hash))
        {
            _order.Enqueue(hash.Key);
            if (_order.Count > _capacity)
            {
                _kept.Remove(_order.Dequeue());
            }
        }
    }

    private void Forget(FileKey key, HashingJob job)
    {
        if (_running.TryGetValue(key, out HashingJob? current) && current == job)
        {
            _running.Remove(key);
        }
    }
}
