using System.Globalization;
using System.Runtime.InteropServices;
using KeychainAuth.Plugins.VerifyLinux.Pins;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>What an executable must be to be hashed and named at all, whether it runs already or is about to.</summary>
internal sealed class ExecutableExaminer(CodeServices services, long maxBytes)
{
    /// <summary>Judges an executable by its descriptor and by what the kernel calls it.</summary>
    /// <param name="executable">The file; O_PATH suffices.</param>
    /// <param name="link">The text of the kernel's link to it.</param>
    /// <param name="stat">What statx says of it.</param>
    /// <param name="path">Its path, confirmed to lead to this very file.</param>
    /// <param name="fileSystem">Where it lies.</param>
    /// <returns>Null, or why it is not vouched for.</returns>
    public Refusal? Examine(
        SafeHandle executable, ReadOnlySpan<byte> link, out Interop.Libc.statx_buffer stat, out string path, out FileSystemVerdict? fileSystem)
    {
        path = "";
        fileSystem = null;
        if (Interop.Libc.StatXAt(executable, "", out stat) != 0)
        {
            return Refusal.Unverifiable("The kernel does not show the process's executable: it is protected from being looked at, or gone.");
        }

        if (link.StartsWith("/memfd:"u8))
        {
            return Refusal.Unverifiable("The program runs from memory (memfd) and has no file that could be registered; start it from a file.");
        }

        if (stat.stx_nlink == 0 || link.EndsWith(" (deleted)"u8))
        {
            return Refusal.Unverifiable(
                "The executable's file was deleted or replaced since the program started; start the program again and connect again.");
        }

        if (stat.FileType != Interop.Libc.S_IFREG || link[0] != (byte)'/' || FileOpener.Decode(link) is not { } text)
        {
            return Refusal.Unverifiable("The executable is not a regular file with an absolute path in UTF-8, and cannot be registered under a name.");
        }

        // Before its path is walked: where a file system in a user's process is found, nothing more is asked of it.
        fileSystem = services.Mounts.Judge(executable, stat);
        if (fileSystem?.Problem is { } problem)
        {
            return Refusal.FileSystem($"The executable {text} {problem}.");
        }

        if (stat.stx_size > (ulong)maxBytes)
        {
            return Refusal.Unverifiable(string.Create(
                CultureInfo.InvariantCulture,
                $"The executable {text} has {stat.stx_size} bytes, more than max_executable_bytes ({maxBytes}); raise that setting of verify-linux."));
        }

        using SafeFileHandle here = services.OpenPath(text, out FileSystemVerdict? untrusted);
        if (untrusted?.Problem is { } elsewhere)
        {
            return Refusal.FileSystem($"The executable {text} {elsewhere}.");
        }

        if (here.IsInvalid || Interop.Libc.StatXAt(here, "", out Interop.Libc.statx_buffer same) != 0 || !same.IsSameFileAs(stat)
            || (fileSystem ??= services.Mounts.Judge(here, same)) is null)
        {
            return Refusal.Unverifiable(
                $"The program calls its executable {text}, but another file or none is there (it lives in a mount namespace of its own, or the file was replaced); run it outside, or start it again.");
        }

        // Found only now where the process has a mount namespace of its own that shows the same file.
        if (fileSystem!.Problem is { } problemHere)
        {
            return Refusal.FileSystem($"The executable {text} {problemHere}.");
        }

        path = text;
        return null;
    }
}
