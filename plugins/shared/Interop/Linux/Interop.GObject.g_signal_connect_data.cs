using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>gobject/gsignal.h: connects a handler, which is called on the thread that emits.</summary>
        /// <returns>Its id.</returns>
        [LibraryImport(Library, EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nuint SignalConnectData(SafeObjectHandle instance, string signal, nint handler, nint data, nint destroyData, uint flags);
    }
}
