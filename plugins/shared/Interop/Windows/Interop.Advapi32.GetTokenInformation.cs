using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        // TOKEN_INFORMATION_CLASS, winnt.h.
        internal const int TokenUser = 1;
        internal const int TokenSessionId = 12;
        internal const int TokenIntegrityLevel = 25;

        /// <summary>SID_AND_ATTRIBUTES, winnt.h: what TOKEN_USER and TOKEN_MANDATORY_LABEL consist of.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct SID_AND_ATTRIBUTES
        {
            internal void* Sid;
            internal uint Attributes;
        }

        /// <summary>The identifier that a token holds under TokenUser or TokenIntegrityLevel.</summary>
        /// <returns>Its bytes and what follows them; empty with the last error set on failure.</returns>
        internal static unsafe byte[] GetTokenSid(SafeAccessTokenHandle token, int information)
        {
            const int Size = 256;
            byte* buffer = stackalloc byte[Size];
            if (!GetTokenInformation(token, information, buffer, Size, out uint length))
            {
                return [];
            }

            byte* sid = (byte*)((SID_AND_ATTRIBUTES*)buffer)->Sid;
            return sid < buffer || sid >= buffer + length ? [] : new ReadOnlySpan<byte>(sid, (int)(buffer + length - sid)).ToArray();
        }

        /// <summary>GetTokenInformation.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static unsafe partial bool GetTokenInformation(
            SafeAccessTokenHandle TokenHandle, int TokenInformationClass, void* TokenInformation, uint TokenInformationLength, out uint ReturnLength);
    }
}
