using System.Runtime.InteropServices;
using System.Runtime.Versioning;

internal static partial class Interop
{
    /// <summary>kernel32.dll. Declarations follow the pages of the same name on Microsoft Learn, and are compared with mingw-w64's headers by a test.
    /// The system takes it from its own directory wherever a program lies (KnownDLLs).</summary>
    [SupportedOSPlatform("windows")]
    internal static partial class Kernel32
    {
        private const string Library = "kernel32.dll";

        /// <summary>The system's sentence for an error of GetLastError.</summary>
        internal static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error).TrimEnd().TrimEnd('.')} (error {error})";

        /// <summary>The same for the error of the last call.</summary>
        internal static string DescribeLastError() => Describe(Marshal.GetLastPInvokeError());
    }
}
