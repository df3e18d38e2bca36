using System.Runtime.InteropServices;
using System.Text;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        // sys/proc_info.h: PROC_PIDPATHINFO_MAXSIZE is four times MAXPATHLEN, sys/syslimits.h.
        private const int PathBytes = 4 * 1024;

        /// <summary>
        /// proc_pidpath_audittoken, libproc.h (macOS 11): the path of the executable of exactly the process and image that the
        /// token names: it fails once the process is gone or has executed another program.
        /// </summary>
        /// <returns>The path, or null with errno set (ESRCH: it no longer is). A name that is not UTF-8 is null too.</returns>
        internal static unsafe string? ProcPidPath(in audit_token_t token)
        {
            byte* buffer = stackalloc byte[PathBytes];
            audit_token_t copy = token;
            int length = proc_pidpath_audittoken(&copy, buffer, PathBytes);
            if (length <= 0)
            {
                return null;
            }

            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            try
            {
                return utf8.GetString(buffer, length);
            }
            catch (DecoderFallbackException)
            {
                Marshal.SetLastPInvokeError(Errno.EINVAL);
                return null;
            }
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int proc_pidpath_audittoken(audit_token_t* audittoken, void* buffer, uint buffersize);
    }
}
