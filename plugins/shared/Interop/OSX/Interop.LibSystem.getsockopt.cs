using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>getsockopt(2) of an option of fixed size.</summary>
        /// <returns>0, or -1 with errno set. EINVAL also stands for an answer of another size.</returns>
        internal static unsafe int GetSockOpt<T>(SafeHandle socket, int level, int name, out T value)
            where T : unmanaged
        {
            T answer = default;
            uint length = (uint)sizeof(T);
            int result = getsockopt(socket, level, name, &answer, &length);
            if (result == 0 && length != sizeof(T))
            {
                Marshal.SetLastPInvokeError(Errno.EINVAL);
                result = -1;
            }

            value = answer;
            return result;
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int getsockopt(SafeHandle socket, int level, int option_name, void* option_value, uint* option_len);
    }
}
