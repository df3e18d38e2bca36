using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Processes;

/// <summary>
/// A descriptor of /proc/&lt;pid&gt;. It names one process for ever: once that is gone everything below it answers ESRCH,
/// also when the number has been given to another process.
/// </summary>
internal sealed class ProcessDirectory : IDisposable
{
    private const int MaxStatusBytes = 64 * 1024;
    private const int PersonalityBytes = 32;
    private const int MaxCommandLineBytes = 4096;

    private readonly SafeFileHandle _directory;

    private ProcessDirectory(int processId, SafeFileHandle directory)
    {
        ProcessId = processId;
        _directory = directory;
    }

    public int ProcessId { get; }

    /// <summary>Opens the directory of whatever process has this number now.</summary>
    /// <returns>Null where there is none.</returns>
    public static ProcessDirectory? Open(int processId)
    {
        SafeFileHandle handle = Interop.Libc.Open(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}"), Interop.Libc.O_PATH | Interop.Libc.O_DIRECTORY);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            return null;
        }

        return new ProcessDirectory(processId, handle);
    }

    /// <summary>Opens a file below it for reading; the handle is invalid with errno set where that fails.</summary>
    public SafeFileHandle OpenFile(string name) => Interop.Libc.OpenAt(_directory, name, Interop.Libc.O_RDONLY);

    /// <summary>A descriptor of the running executable that asks nothing of the file system it is on.</summary>
    public SafeFileHandle OpenExecutable() => Interop.Libc.OpenAt(_directory, "exe", Interop.Libc.O_PATH);

    /// <summary>What the running executable is now, without opening it.</summary>
    public bool TryStatExecutable(out Interop.Libc.statx_buffer stat) => Interop.Libc.StatXAt(_directory, "exe", out stat) == 0;

    /// <summary>
    /// Whether the kernel keeps the process's user out of it: no dumps, no tracing, no reading of its memory. Its files
    /// here then belong to root (proc_pid(5)).
    /// </summary>
    public bool IsProtected() => Interop.Libc.StatXAt(_directory, "status", out Interop.Libc.statx_buffer stat) == 0 && stat.stx_uid == 0;

    /// <summary>The text of the executable's link.</summary>
    /// <returns>The number of bytes; -1 where it failed or did not fit.</returns>
    public int ReadExecutableLink(Span<byte> buffer)
    {
        int count = Interop.Libc.ReadLinkAt(_directory, "exe", buffer);
        return count == buffer.Length ? -1 : count;
    }

    /// <summary>Whether the process is in the same user namespace as this one.</summary>
    /// <returns>Null where the kernel does not say.</returns>
    public bool? IsInOurUserNamespace() =>
        Interop.Libc.StatXAt(_directory, "ns/user", out Interop.Libc.statx_buffer theirs) == 0
        && Interop.Libc.StatX("/proc/self/ns/user", followLink: true, out Interop.Libc.statx_buffer ours) == 0
            ? theirs.IsSameFileAs(ours)
            : null;

    /// <summary>
    /// Reads the auxiliary vector of the image that runs now. Opened anew each time, because an open descriptor keeps
    /// answering for the image that ran when it was opened.
    /// </summary>
    /// <returns>The number of bytes; 0 where there is none or it did not fit.</returns>
    public int ReadAuxiliaryVector(Span<byte> buffer)
    {
        using SafeFileHandle file = OpenFile("auxv");
        int count = file.IsInvalid ? 0 : Interop.Libc.PRead(file, buffer, 0);
        return count <= 0 || count == buffer.Length ? 0 : count;
    }

    /// <summary>The execution domain, personality(2). Only a process that might also trace the peer is told.</summary>
    /// <returns>Null where the kernel does not say.</returns>
    public ulong? ReadPersonality()
    {
        using SafeFileHandle file = OpenFile("personality");
        Span<byte> text = stackalloc byte[PersonalityBytes];
        int count = file.IsInvalid ? 0 : Interop.Libc.PRead(file, text, 0);
        AsciiScanner scanner = new(text[..Math.Max(count, 0)]);
        return scanner.TakeHex(out ulong value) ? value : null;
    }

    /// <summary>
    /// The arguments of the process, each ended by NUL, as far as they fit into <see cref="MaxCommandLineBytes"/>. The
    /// process can change them: for a person's eyes only. The kernel reads the process's memory for it, but only
    /// what no file backs (Linux 4.17): a file system in a user's process cannot keep the caller.
    /// </summary>
    /// <returns>Null where the kernel does not show them.</returns>
    public string? ReadCommandLine()
    {
        using SafeFileHandle file = OpenFile("cmdline");
        Span<byte> text = stackalloc byte[MaxCommandLineBytes];
        int count = file.IsInvalid ? 0 : Interop.Libc.PRead(file, text, 0);
        return count <= 0 ? null : Encoding.UTF8.GetString(text[..count]);
    }

    /// <summary>When the process started, in clock ticks since boot.</summary>
    public ulong? ReadStartTime()
    {
        using SafeFileHandle file = OpenFile("stat");
        if (file.IsInvalid)
        {
            return null;
        }

        using ProcText text = new();
        return text.TryRead(file, MaxStatusBytes) && ProcessStat.TryParseStartTime(text.Bytes, out ulong ticks) ? ticks : null;
    }

    /// <summary>
    /// Looks for a thread that is being traced. A tracer may attach to a single thread, and the process's own status
    /// names only the tracer of the first.
    /// </summary>
    /// <returns>The tracer's process id, 0 where there is none, null where the threads could not be looked at.</returns>
    public uint? FindTracerOfAnyThread()
    {
        // Through the descriptor, so that it is this process's threads even if the number has a new owner.
        string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_directory.DangerousGetHandle()}/task");
        try
        {
            foreach (string task in Directory.EnumerateDirectories(tasks))
            {
                using SafeFileHandle file = Interop.Libc.Open(Path.Combine(task, "status"), Interop.Libc.O_RDONLY);
                if (file.IsInvalid)
                {
                    if (Marshal.GetLastPInvokeError() is Interop.Errno.ENOENT or Interop.Errno.ESRCH)
                    {
                        continue; // The thread ended while we looked.
                    }

                    return null;
                }

                if (!TryReadStatus(file, out ProcessStatus status, out bool gone))
                {
                    if (gone)
                    {
                        continue;
                    }

                    return null;
                }

                if (status.TracerProcessId != 0)
                {
                    return status.TracerProcessId;
                }
            }

            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads an open status file.</summary>
    public static bool TryReadStatus(SafeFileHandle file, out ProcessStatus status) => TryReadStatus(file, out status, out _);

    public void Dispose() => _directory.Dispose();

    private static bool TryReadStatus(SafeFileHandle file, out ProcessStatus status, out bool gone)
    {
        status = default;
        using ProcText text = new();
        bool read = text.TryRead(file, MaxStatusBytes);
        gone = !read && text.Error == Interop.Errno.ESRCH;
        return read && ProcessStatus.TryParse(text.Bytes, out status);
    }
}
