using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gtype.h: registers a class for the life of the process.</summary>
        /// <returns>Its type; 0 when the name is taken.</returns>
        [LibraryImport(Library, EntryPoint = "g_type_register_static_simple", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nuint TypeRegisterStaticSimple(nuint parent, string name, uint classSize, nint classInit, uint instanceSize, nint instanceInit, uint flags);
    }
}
