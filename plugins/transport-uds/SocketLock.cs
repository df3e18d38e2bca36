using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Held while a socket's file is looked at, replaced or removed, so that two daemons that start at once do not each
/// remove the other's fresh socket. It is a file of its own, `&lt;socket&gt;.lock`, and stays behind: removing a lock
/// file would let two holders lock two different files of the same name. The kernel drops the lock of a holder that dies.
/// </summary>
internal sealed class SocketLock : IDisposable
{
    // A holder needs milliseconds, unless it has been stopped.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SafeFileHandle _file;

    private SocketLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the lock. flock(2) without waiting, tried again, keeps the wait cancellable and bounded.</summary>
    /// <exception cref="TransportException">The file is not usable, or somebody holds the lock for too long.</exception>
    internal static async ValueTask<SocketLock> AcquireAsync(string socketPath, TimeProvider time, CancellationToken cancellationToken)
    {
        string path = socketPath + ".lock";
        SafeFileHandle file = OpenOrCreate(path);
        try
        {
            long start = time.GetTimestamp();
            while (Libc.FLock(file, Libc.LOCK_EX | Libc.LOCK_NB) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EAGAIN && error != Errno.EINTR)
                {
                    throw new TransportException(TransportError.Failed, $"{path} cannot be locked: {Describe(error)}.", error);
                }

                if (time.GetElapsedTime(start) > Patience)
                {
                    throw new TransportException(
                        TransportError.AddressInUse,
                        $"Another daemon has been starting or stopping at {socketPath} for {Patience.TotalSeconds} seconds; find it with: fuser {path}",
                        error);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }

            return new SocketLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle OpenOrCreate(string path)
    {
        // O_NONBLOCK: opening a FIFO that somebody put there must not wait for its other end.
        int flags = Libc.O_RDWR | Libc.O_NOFOLLOW | Libc.O_NONBLOCK;
        SafeFileHandle file = Libc.Open(path, flags);
        int error = Marshal.GetLastPInvokeError();
        if (file.IsInvalid && error == Errno.ENOENT)
        {
            file.Dispose();
            Create(path);
            file = Libc.Open(path, flags);
            error = Marshal.GetLastPInvokeError();
        }

        if (file.IsInvalid)
        {
            file.Dispose();
            throw Unusable(path, error == Errno.ELOOP ? "it is a symbolic link" : Describe(error), error);
        }

        if (Libc.StatX(file, out Libc.statx_buffer status) < 0
            || status.FileType != Libc.S_IFREG
            || status.stx_uid != Libc.GetEUid())
        {
            file.Dispose();
            throw Unusable(path, "it is not a regular file of the daemon's user", null);
        }

        return file;
    }

    private static void Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else created it between the two looks: theirs is as good.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, failure.Message, null);
        }
    }

    private static TransportException Unusable(string path, string why, int? error) =>
        new(TransportError.UnsafeAddress, $"The lock file {path} cannot be used: {why}; remove it and start again.", error);
}
