using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>glib/gmain.h: releases a main context.</summary>
        [LibraryImport(Library, EntryPoint = "g_main_context_unref")]
        internal static partial void MainContextUnref(nint context);
    }
}
