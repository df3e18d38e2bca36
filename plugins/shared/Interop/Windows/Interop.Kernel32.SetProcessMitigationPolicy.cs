using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        // PROCESS_MITIGATION_POLICY, winnt.h.
        internal const int ProcessExtensionPointDisablePolicy = 6;
        internal const int ProcessImageLoadPolicy = 10;

        // The bits of PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY and PROCESS_MITIGATION_IMAGE_LOAD_POLICY.
        internal const uint DisableExtensionPoints = 0x1;
        internal const uint NoRemoteImages = 0x1;
        internal const uint NoLowMandatoryLabelImages = 0x2;

        /// <summary>SetProcessMitigationPolicy: gives up abilities of this process for good.</summary>
        /// <returns>Whether it did; otherwise the last error is set.</returns>
        [LibraryImport(Library, SetLastError = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        internal static partial bool SetProcessMitigationPolicy(int MitigationPolicy, in uint lpBuffer, nuint dwLength);
    }
}
