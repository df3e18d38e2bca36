using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gsignal.h: disconnects a handler.</summary>
        [LibraryImport(Library, EntryPoint = "g_signal_handler_disconnect")]
        internal static partial void SignalHandlerDisconnect(SafeObjectHandle instance, nuint handlerId);
    }
}
