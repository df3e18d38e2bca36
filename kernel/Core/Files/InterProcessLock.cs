using System.Diagnostics;
using System.Runtime.InteropServices;
using KeychainAuth.Core.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Files;

/// <summary>
/// A lock between processes, and between users of different instances in one process, on a file of its own. The kernel
/// releases it when its holder dies. It is advisory: it orders the writers of this project, it does not keep anybody out.
/// </summary>
internal sealed class InterProcessLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    private readonly string _path;
    private readonly SafeFileHandle _file;

    /// <summary>Opens, and creates where needed, the lock file. Takes nothing yet.</summary>
    internal InterProcessLock(string path)
    {
        _path = path;
        _file = OpenOrCreate(path);
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <exception cref="IOException">The lock cannot be had for another reason than being held.</exception>
    internal bool TryEnter() => TryEnter(isShared: false);

    /// <summary>Whether somebody holds the lock. Whoever only asks this keeps nobody else from asking it.</summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    internal bool IsHeld()
    {
        if (!TryEnter(isShared: true))
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>
    /// Whether its file still lies where it was opened. A lock on a file that somebody has removed keeps nobody out who
    /// comes later. Windows removes no open file.
    /// </summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    internal bool IsInPlace() =>
        OperatingSystem.IsWindows()
        || (FileIdentity.Of(_file, _path) is { } held && FileIdentity.Of(_path) is { } there && held.IsSameFileAs(there));

    /// <summary>Takes the lock, waiting for its holder, and releases it when the result is disposed.</summary>
    /// <exception cref="IOException">Somebody has held it for ten seconds, or it cannot be had at all.</exception>
    internal Scope Enter()
    {
        long start = Stopwatch.GetTimestamp();
        while (!TryEnter())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new IOException($"{_path} has been held by another process for {Patience.TotalSeconds:0} seconds.");
            }

            // Neither flock(2) nor LockFileEx has a deadline, and a stopped holder must not stop us for ever.
            Thread.Sleep(PollInterval);
        }

        return new Scope(this);
    }

    /// <summary>Releases the lock and closes its file.</summary>
    public void Dispose()
    {
        // Closing alone would not do at once: a process that is just being started has a copy of the descriptor.
        if (!_file.IsClosed)
        {
            Exit();
        }

        _file.Dispose();
    }

    private bool TryEnter(bool isShared)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsFileLock.TryEnter(_path, _file, isShared);
        }

        int kind = isShared ? Interop.Libc.LOCK_SH : Interop.Libc.LOCK_EX;
        while (Interop.Libc.FLock(_file, kind | Interop.Libc.LOCK_NB) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno == Interop.Errno.EAGAIN)
            {
                return false;
            }

            if (errno != Interop.Errno.EINTR)
            {
                throw new IOException($"{_path} cannot be locked: {Interop.Describe(errno)}.");
            }
        }

        return true;
    }

    private void Exit()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFileLock.Exit(_file);
            return;
        }

        // Unlocking our own open file cannot fail in a way that leaves it locked beyond its closing.
        _ = Interop.Libc.FLock(_file, Interop.Libc.LOCK_UN);
    }

    private static SafeFileHandle OpenOrCreate(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (PrivateFile.OpenExisting(path, FileAccess.ReadWrite) is { } file)
            {
                return file;
            }

            try
            {
                PrivateFile.Create(path).Dispose();
            }
            catch (IOException) when (attempt < 3 && File.Exists(path))
            {
                // Another process created it first: open theirs.
            }
        }
    }

    /// <summary>Holding the lock.</summary>
    internal readonly struct Scope(InterProcessLock held) : IDisposable
    {
        /// <summary>Releases it.</summary>
        public void Dispose() => held.Exit();
    }
}
