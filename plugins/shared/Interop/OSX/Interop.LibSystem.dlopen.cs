using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        private const int RTLD_LAZY = 1;

        /// <summary>dlopen(3) of a library of the system, which stays loaded.</summary>
        /// <exception cref="DllNotFoundException">It is not there.</exception>
        internal static nint DlOpen(string path)
        {
            nint library = dlopen(path, RTLD_LAZY);
            return library != 0 ? library : throw new DllNotFoundException($"{path} cannot be loaded.");
        }

        [LibraryImport(Libraries.LibSystem, StringMarshalling = StringMarshalling.Utf8)]
        private static partial nint dlopen(string path, int mode);
    }
}
