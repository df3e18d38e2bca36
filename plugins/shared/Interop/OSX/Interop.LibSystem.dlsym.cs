using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>dlsym(3): where a library keeps a variable.</summary>
        /// <exception cref="EntryPointNotFoundException">It has none of that name.</exception>
        internal static nint DlSym(nint library, string name)
        {
            nint address = dlsym(library, name);
            return address != 0 ? address : throw new EntryPointNotFoundException($"The system's library has no '{name}'.");
        }

        [LibraryImport(Libraries.LibSystem, StringMarshalling = StringMarshalling.Utf8)]
        private static partial nint dlsym(nint handle, string symbol);
    }
}
