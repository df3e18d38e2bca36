using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gvaluetypes.h: copies a string into a value.</summary>
        [LibraryImport(Library, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial void ValueSetString(GValue* value, string text);
    }
}
