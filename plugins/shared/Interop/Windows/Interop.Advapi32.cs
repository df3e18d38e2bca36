using System.Runtime.Versioning;

internal static partial class Interop
{
    /// <summary>advapi32.dll. Declarations follow the pages of the same name on Microsoft Learn, and are compared with mingw-w64's headers by a test.
    /// The system takes it from its own directory wherever a program lies (KnownDLLs).</summary>
    [SupportedOSPlatform("windows")]
    internal static partial class Advapi32
    {
        private const string Library = "advapi32.dll";
    }
}
