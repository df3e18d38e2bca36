using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gvalue.h: releases what a value holds.</summary>
        [LibraryImport(Library, EntryPoint = "g_value_unset")]
        internal static unsafe partial void ValueUnset(GValue* value);
    }
}
