using KeychainAuth.Core.Files;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// One writer at a time for a user's sealed values, in this process and between processes. Without it a value that is
/// sealed anew could replace one that was written meanwhile, and a key could be dropped under a value that is just
/// being sealed with it. Readers need no lock.
/// </summary>
/// <param name="path">The lock file. Its directory is made where it is missing.</param>
/// <param name="timeout">How long to wait for a writer in another process.</param>
/// <param name="time">The clock.</param>
internal sealed class WriterLock(string path, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    private readonly SemaphoreSlim _inProcess = new(1, 1);

    /// <summary>Waits for the lock and holds it until the result is disposed.</summary>
    /// <exception cref="StoreException">Another process has held it for too long, or it cannot be had at all.</exception>
    internal async Task<Holding> EnterAsync(CancellationToken cancellationToken)
    {
        await _inProcess.WaitAsync(cancellationToken);
        InterProcessLock? between = null;
        try
        {
            PrivateDirectory.Ensure(Path.GetDirectoryName(path)!);
            between = new InterProcessLock(path);
            long start = time.GetTimestamp();
            while (!between.TryEnter())
            {
                if (time.GetElapsedTime(start) > timeout)
                {
                    throw new StoreException(StoreError.Timeout, $"Another process has been changing this user's secrets for {timeout.TotalSeconds:0} seconds (lock {path}): try again when it is done.");
                }

                // flock(2) has no deadline.
                await Task.Delay(PollInterval, time, cancellationToken);
            }

            return new Holding(_inProcess, between);
        }
        catch (Exception e)
        {
            between?.Dispose();
            _inProcess.Release();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new StoreException(StoreError.Unavailable, $"Nothing was changed, because the lock {path} cannot be taken: {e.Message}", innerException: e);
            }

            throw;
        }
    }

    public void Dispose() => _inProcess.Dispose();

    /// <summary>Holding the lock.</summary>
    internal sealed class Holding(SemaphoreSlim inProcess, InterProcessLock between) : IDisposable
    {
        private bool _disposed;

        /// <summary>Releases it.</summary>
        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                between.Dispose();
                inProcess.Release();
            }
        }
    }
}
