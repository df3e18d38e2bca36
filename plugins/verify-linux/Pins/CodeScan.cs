using System.Text;
using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>Sorts the lines of a maps file into what they are as code. Looks at no file itself.</summary>
internal static class CodeScan
{
    /// <summary>What a mapping is.</summary>
    internal enum Kind
    {
        /// <summary>Neither executable nor a managed assembly.</summary>
        Data,

        /// <summary>Mapped by the kernel into every process.</summary>
        Kernel,

        /// <summary>Executable memory whose content no file vouches for.</summary>
        Anonymous,

        /// <summary>Code of a file that has to be looked at.</summary>
        File,
    }

    public static Kind Classify(in MapsEntry entry)
    {
        bool isAssembly = IsAssemblyName(entry.Name);
        if (!entry.Executable && !isAssembly)
        {
            return Kind.Data;
        }

        // The kernel never maps its own pages writable; a process can make them so, and then write there.
        if (IsKernels(entry.Name) && !entry.Writable)
        {
            return Kind.Kernel;
        }

        // Executable and writable at once: what runs there need not be what the file holds.
        return entry.Name.IsEmpty || entry.Name[0] != (byte)'/' || entry.Identity.Inode == 0
            || (entry.Executable && entry.Writable)
            || IsNobodysFile(entry.Name)
            ? Kind.Anonymous
            : Kind.File;
    }

    /// <summary>A path as the maps file prints it: only newlines are escaped.</summary>
    public static byte[] PrintedName(ReadOnlySpan<byte> path) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(path).Replace("\n", "\\012", StringComparison.Ordinal));

    /// <summary>
    /// .NET maps assemblies as data, and they are code all the same. By name only: a program that loads code from files
    /// of other names is told apart by nothing in its memory map.
    /// </summary>
    private static bool IsAssemblyName(ReadOnlySpan<byte> name)
    {
        if (name.EndsWith(" (deleted)"u8))
        {
            name = name[..^" (deleted)"u8.Length];
        }

        if (name.Length < 5 || name[0] != (byte)'/')
        {
            return false;
        }

        ReadOnlySpan<byte> end = name[^4..];
        return Ascii.EqualsIgnoreCase(end, ".dll"u8) || Ascii.EqualsIgnoreCase(end, ".exe"u8);
    }

    /// <summary>
    /// Names that only the kernel gives. A process can name its own anonymous memory, but always as <c>[anon:...]</c>.
    /// </summary>
    private static bool IsKernels(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("[vdso]"u8) || name.SequenceEqual("[vsyscall]"u8) || name.SequenceEqual("[vectors]"u8)
        || name.SequenceEqual("[sigpage]"u8) || name.SequenceEqual("[uprobes]"u8);

    /// <summary>
    /// Files without a name here: memfds, shared memory, deleted and replaced files; and names that could be read in two
    /// ways, because a newline and the four characters of its escape look the same.
    /// </summary>
    private static bool IsNobodysFile(ReadOnlySpan<byte> name) =>
        name.EndsWith(" (deleted)"u8) || name.StartsWith("/memfd:"u8) || name.StartsWith("/dev/shm/"u8)
        || name.StartsWith("/dev/zero"u8) || name.StartsWith("/SYSV"u8) || name.IndexOf("\\012"u8) >= 0;
}
