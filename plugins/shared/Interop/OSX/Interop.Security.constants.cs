using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        private static readonly nint Library = LibSystem.DlOpen(Libraries.Security);

        /// <summary>A CFString that Security exports as a variable, such as kSecClass.</summary>
        private static nint Constant(string name) => Marshal.ReadIntPtr(LibSystem.DlSym(Library, name));
    }
}
