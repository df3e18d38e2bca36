using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>statx(2) of a name inside an open directory; a symbolic link is described, not followed.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int StatXIn(SafeHandle directory, string name, out statx_buffer buffer)
        {
            bool added = false;
            try
            {
                directory.DangerousAddRef(ref added);
                return statx((int)directory.DangerousGetHandle(), name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out buffer);
            }
            finally
            {
                if (added)
                {
                    directory.DangerousRelease();
                }
            }
        }
    }
}
