using System.Runtime.Versioning;

internal static partial class Interop
{
    /// <summary>wintrust.dll. Declarations follow the pages of the same name on Microsoft Learn, and are compared with mingw-w64's headers by a test.</summary>
    [SupportedOSPlatform("windows")]
    internal static partial class Wintrust
    {
        private const string Library = "wintrust.dll";
    }
}
