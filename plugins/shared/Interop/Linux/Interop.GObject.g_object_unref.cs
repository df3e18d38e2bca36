using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gobject.h: releases a reference.</summary>
        [LibraryImport(Library, EntryPoint = "g_object_unref")]
        internal static partial void ObjectUnref(nint instance);
    }
}
