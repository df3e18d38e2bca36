internal static partial class Interop
{
    /// <summary>Library names as the dynamic loader knows them.</summary>
    internal static class Libraries
    {
        /// <summary>The C library. The runtime maps this name to libc.so.6 on Linux and to libSystem on macOS.</summary>
        internal const string Libc = "libc";
    }
}
