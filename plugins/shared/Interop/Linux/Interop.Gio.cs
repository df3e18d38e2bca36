internal static partial class Interop
{
    internal static partial class Gio
    {
        /// <summary>GLib 2's input and output, D-Bus included.</summary>
        private const string Library = "libgio-2.0.so.0";
    }
}
