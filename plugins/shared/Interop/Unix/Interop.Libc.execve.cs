using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>
        /// execve(2): replaces this program by another in the same process. Returns only when it failed, with errno
        /// set. Not guaranteed: that signal dispositions are the default; the runtime ignores SIGPIPE, and so does the
        /// program that follows.
        /// </summary>
        /// <param name="path">The program; not searched for.</param>
        /// <param name="arguments">Its arguments, its own name first.</param>
        /// <param name="environment">Its whole environment as NAME=value.</param>
        internal static void ExecVE(string path, IEnumerable<string> arguments, IEnumerable<string> environment) =>
            _ = execve(path, [.. arguments, null], [.. environment, null]);

        [LibraryImport(Libraries.Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int execve(string pathname, string?[] argv, string?[] envp);
    }
}
