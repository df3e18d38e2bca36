using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>SetKernelObjectSecurity: replaces parts of an object's security descriptor.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool SetKernelObjectSecurity(SafeHandle Handle, uint SecurityInformation, ReadOnlySpan<byte> SecurityDescriptor);
    }
}
