using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gobject.h (2.54): a new object; an object that is initable is not initialised yet.</summary>
        [LibraryImport(Library, EntryPoint = "g_object_new_with_properties")]
        internal static unsafe partial SafeObjectHandle ObjectNewWithProperties(nuint type, uint count, nint* names, GValue* values);
    }
}
