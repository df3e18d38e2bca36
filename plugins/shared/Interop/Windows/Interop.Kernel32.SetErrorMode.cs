using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Kernel32
    {
        internal const uint SEM_FAILCRITICALERRORS = 0x1;
        internal const uint SEM_NOGPFAULTERRORBOX = 0x2;

        /// <summary>SetErrorMode: whether failures open windows, and whether error reporting takes the process's memory along.</summary>
        /// <returns>The mode before.</returns>
        [LibraryImport(Library)]
        internal static partial uint SetErrorMode(uint uMode);
    }
}
