using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gobject.h: puts an object into a value, with a reference of its own.</summary>
        [LibraryImport(Library, EntryPoint = "g_value_set_object")]
        internal static unsafe partial void ValueSetObject(GValue* value, SafeObjectHandle instance);
    }
}
