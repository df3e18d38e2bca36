using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int AT_STATX_DONT_SYNC = 0x4000;

        internal const uint STATX_MNT_ID = 0x1000;

        /// <summary>
        /// statx(2) of a name below an open directory, links followed; of the descriptor itself where the name is empty.
        /// Asks for the mount as well (<c>stx_mnt_id</c>, Linux 5.8), and with AT_STATX_DONT_SYNC: a file system that
        /// lives in a user's process or across the network answers from what the kernel has, or not at all, and so
        /// cannot hold the caller up.
        /// </summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int StatXAt(SafeHandle directory, string name, out statx_buffer buffer)
        {
            bool added = false;
            try
            {
                directory.DangerousAddRef(ref added);
                int flags = AT_STATX_DONT_SYNC | (name.Length == 0 ? AT_EMPTY_PATH : 0);
                return statx((int)directory.DangerousGetHandle(), name, flags, STATX_BASIC_STATS | STATX_MNT_ID, out buffer);
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
