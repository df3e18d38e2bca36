using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        /// <summary>GetNamedPipeHandleStateW: here, how many instances a pipe has.</summary>
        /// <param name="hNamedPipe">An instance.</param>
        /// <param name="lpState">Null.</param>
        /// <param name="lpCurInstances">The number of instances now.</param>
        /// <param name="lpMaxCollectionCount">Null for a pipe of this machine.</param>
        /// <param name="lpCollectDataTimeout">Null for a pipe of this machine.</param>
        /// <param name="lpUserName">Null.</param>
        /// <param name="nMaxUserNameSize">0.</param>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, EntryPoint = "GetNamedPipeHandleStateW", SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool GetNamedPipeHandleState(
            SafePipeHandle hNamedPipe,
            uint* lpState,
            out uint lpCurInstances,
            uint* lpMaxCollectionCount,
            uint* lpCollectDataTimeout,
            char* lpUserName,
            uint nMaxUserNameSize);
    }
}
