using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const short POLLIN = 0x1;
        internal const short POLLERR = 0x8;
        internal const short POLLHUP = 0x10;
        internal const short POLLNVAL = 0x20;

        /// <summary>struct pollfd, poll.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct pollfd
        {
            internal int fd;
            internal short events;
            internal short revents;
        }

        /// <summary>
        /// poll(2). The caller keeps the handles behind the descriptors alive for the duration of the call.
        /// </summary>
        /// <param name="descriptors">What to wait for, and what was found.</param>
        /// <param name="milliseconds">How long; -1 is for ever, 0 only looks.</param>
        /// <returns>How many are ready, 0 at the end of the time, or -1 with errno set.</returns>
        internal static unsafe int Poll(Span<pollfd> descriptors, int milliseconds)
        {
            fixed (pollfd* fds = descriptors)
            {
                return poll(fds, (nuint)descriptors.Length, milliseconds);
            }
        }

        [LibraryImport(Libraries.Libc, SetLastError = true)]
        private static unsafe partial int poll(pollfd* fds, nuint nfds, int timeout);
    }
}
