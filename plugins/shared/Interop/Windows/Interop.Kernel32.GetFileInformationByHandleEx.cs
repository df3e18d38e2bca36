using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        // FILE_INFO_BY_HANDLE_CLASS, minwinbase.h.
        internal const int FileBasicInfo = 0;
        internal const int FileRemoteProtocolInfo = 13;
        internal const int FileIdInfo = 18;

        /// <summary>FILE_BASIC_INFO, winbase.h. Programs can set each of these times, the change time too.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct FILE_BASIC_INFO
        {
            internal long CreationTime;
            internal long LastAccessTime;
            internal long LastWriteTime;
            internal long ChangeTime;
            internal uint FileAttributes;
        }

        /// <summary>FILE_ID_INFO, winbase.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct FILE_ID_INFO
        {
            internal ulong VolumeSerialNumber;
            internal fixed byte FileId[16];
        }

        /// <summary>Size of FILE_REMOTE_PROTOCOL_INFO, winbase.h, in its second version.</summary>
        internal const int RemoteProtocolBytes = 116;

        /// <summary>GetFileInformationByHandleEx: one kind of information about an open file.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool GetFileInformationByHandleEx(
            SafeFileHandle hFile, int FileInformationClass, void* lpFileInformation, uint dwBufferSize);
    }
}
