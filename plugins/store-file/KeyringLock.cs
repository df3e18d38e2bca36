using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;
using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The lock that the writers of a keyring share: flock on <c>&lt;keyring&gt;.lock</c>, a file of its own because the
/// keyring itself is replaced at each write. The kernel drops it when the holder dies. The file is never deleted:
/// another process may be waiting on it. Advisory: an editor does not ask for it.
/// </summary>
internal sealed class KeyringLock : IDisposable
{
    private const int OwnerReadWrite = 0x180; // 0600

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly SafeFileHandle _file;

    private KeyringLock(SafeFileHandle file) => _file = file;

    /// <exception cref="StoreException"><see cref="StoreError.Timeout"/> when another process keeps the lock.</exception>
    internal static async Task<KeyringLock> AcquireAsync(KeyringDirectory directory, string keyringName, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        string name = $"{keyringName}.lock";
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(directory, name) is { } held)
            {
                return held;
            }

            if (time.GetElapsedTime(start) >= timeout)
            {
                throw new StoreException(StoreError.Timeout, $"Another process has held '{directory.PathOf(name)}' for {timeout.TotalSeconds:0} s; find it with: fuser '{directory.PathOf(name)}'.");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose() => _file.Dispose();

    private static KeyringLock? TryAcquire(KeyringDirectory directory, string name)
    {
        SafeFileHandle file = OpenAtWithMode(directory.Handle, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, OwnerReadWrite);
        try
        {
            if (file.IsInvalid)
            {
                throw NativeFailure.Unavailable($"The lock file '{directory.PathOf(name)}' cannot be opened");
            }

            statx_buffer opened = KeyringDirectory.Stat(file, directory.PathOf(name));
            KeyringDirectory.CheckFile(opened, directory.PathOf(name), "lock file");
            if (FLock(file, LOCK_EX | LOCK_NB) != 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EAGAIN && errno != Errno.EINTR)
                {
                    throw NativeFailure.Unavailable($"'{directory.PathOf(name)}' cannot be locked", errno);
                }
            }
            else if (StatXIn(directory.Handle, name, out statx_buffer current) == 0 && current.IsSameFileAs(opened))
            {
                // A lock on a file that somebody deleted meanwhile would exclude nobody.
                KeyringLock held = new(file);
                file = new SafeFileHandle();
                return held;
            }

            return null;
        }
        finally
        {
            file.Dispose();
        }
    }
}
