using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint CREATE_NEW = 1;
        internal const uint OPEN_EXISTING = 3;
        internal const uint FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000;
        internal const uint FILE_FLAG_BACKUP_SEMANTICS = 0x02000000;
        internal const uint FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;

        /// <summary>CreateFileW: opens or creates a file, or opens a directory with FILE_FLAG_BACKUP_SEMANTICS.</summary>
        /// <param name="lpFileName">The path; beyond MAX_PATH with the prefix <c>\\?\</c>.</param>
        /// <param name="dwDesiredAccess">Rights; 0 allows to look at attributes.</param>
        /// <param name="dwShareMode">What others may do meanwhile.</param>
        /// <param name="lpSecurityAttributes">The security of a file that is created; null takes the default.</param>
        /// <param name="dwCreationDisposition">CREATE_NEW or OPEN_EXISTING.</param>
        /// <param name="dwFlagsAndAttributes">FILE_FLAG_ and FILE_ATTRIBUTE_ values.</param>
        /// <param name="hTemplateFile">0.</param>
        /// <returns>A handle; invalid with the last error set on failure.</returns>
        [LibraryImport(Library, EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
        internal static unsafe partial SafeFileHandle CreateFile(
            string lpFileName,
            uint dwDesiredAccess,
            uint dwShareMode,
            SECURITY_ATTRIBUTES* lpSecurityAttributes,
            uint dwCreationDisposition,
            uint dwFlagsAndAttributes,
            nint hTemplateFile);
    }
}
