using System.Runtime.InteropServices;
using System.Text;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        // sys/syslimits.h.
        private const int MAXPATHLEN = 1024;

        /// <summary>fcntl(2) with F_GETPATH: a path that leads to an open file, without links.</summary>
        /// <returns>Null where it has none (it was removed), or one that is not UTF-8.</returns>
        internal static unsafe string? PathOf(SafeHandle file)
        {
            byte* buffer = stackalloc byte[MAXPATHLEN];
            if (FCntl(file, F_GETPATH, (nint)buffer) < 0)
            {
                return null;
            }

            var bytes = new ReadOnlySpan<byte>(buffer, MAXPATHLEN);
            int end = bytes.IndexOf((byte)0);
            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(end < 0 ? bytes : bytes[..end]);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }
    }
}
