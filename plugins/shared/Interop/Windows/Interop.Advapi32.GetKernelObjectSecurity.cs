using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>The security descriptor of an open object, self-relative.</summary>
        /// <param name="handle">A file, a pipe, a process; opened with READ_CONTROL.</param>
        /// <param name="information">OWNER_, DACL_ and LABEL_SECURITY_INFORMATION.</param>
        /// <returns>Null with the last error set on failure.</returns>
        internal static unsafe byte[]? GetSecurity(SafeHandle handle, uint information)
        {
            byte[] buffer = new byte[1024];
            while (true)
            {
                uint needed;
                fixed (byte* start = buffer)
                {
                    if (GetKernelObjectSecurity(handle, information, start, (uint)buffer.Length, out needed))
                    {
                        return buffer;
                    }
                }

                if (Marshal.GetLastPInvokeError() != WinError.ERROR_INSUFFICIENT_BUFFER || needed <= buffer.Length)
                {
                    return null;
                }

                buffer = new byte[needed];
            }
        }

        /// <summary>GetKernelObjectSecurity.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        private static unsafe partial bool GetKernelObjectSecurity(
            SafeHandle Handle, uint RequestedInformation, byte* pSecurityDescriptor, uint nLength, out uint lpnLengthNeeded);
    }
}
