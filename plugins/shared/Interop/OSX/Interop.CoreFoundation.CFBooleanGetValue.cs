using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFBooleanGetValue, CFNumber.h.</summary>
        /// <returns>Whether it is a CFBoolean that is true.</returns>
        internal static bool IsTrue(nint boolean) =>
            boolean != 0 && CFGetTypeID(boolean) == CFBooleanGetTypeID() && CFBooleanGetValue(boolean) != 0;

        [LibraryImport(Libraries.CoreFoundation)]
        private static partial byte CFBooleanGetValue(nint boolean);
    }
}
