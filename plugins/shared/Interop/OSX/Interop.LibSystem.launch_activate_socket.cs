using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>
        /// launch_activate_socket(3), launch.h: the sockets that launchd holds for this job under a name of its property list.
        /// They are handed over once.
        /// </summary>
        /// <param name="name">The key below Sockets.</param>
        /// <param name="descriptors">The descriptors; owned by the caller from now on.</param>
        /// <returns>0, or an error number: ESRCH (launchd did not start us), ENOENT (no such name), EALREADY (handed over before).</returns>
        internal static unsafe int LaunchActivateSocket(string name, out int[] descriptors)
        {
            int* fds = null;
            nuint count = 0;
            int error = launch_activate_socket(name, &fds, &count);
            descriptors = error == 0 ? new ReadOnlySpan<int>(fds, (int)count).ToArray() : [];
            free(fds);
            return error;
        }

        [LibraryImport(Libraries.LibSystem, StringMarshalling = StringMarshalling.Utf8)]
        private static unsafe partial int launch_activate_socket(string name, int** fds, nuint* cnt);

        // The array comes from malloc(3) and has to go back there.
        [LibraryImport(Libraries.LibSystem)]
        private static unsafe partial void free(void* ptr);
    }
}
