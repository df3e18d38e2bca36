internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>GLib 2's object system.</summary>
        private const string Library = "libgobject-2.0.so.0";
    }
}
