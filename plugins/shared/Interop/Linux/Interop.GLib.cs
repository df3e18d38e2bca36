internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>GLib 2; the major is part of the name, and it has been stable since 2002.</summary>
        private const string Library = "libglib-2.0.so.0";
    }
}
