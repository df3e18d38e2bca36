internal static partial class Interop
{
    /// <summary>Library names as the dynamic loader knows them.</summary>
    internal static class Libraries
    {
        /// <summary>The C library. The runtime maps this name to libc.so.6 on Linux and to libSystem on macOS.</summary>
        internal const string Libc = "libc";

        /// <summary>macOS's C library under its own name, for what only macOS has or declares in its own way.</summary>
        internal const string LibSystem = "/usr/lib/libSystem.dylib";

        /// <summary>The Basic Security Module, which alone knows the layout of audit tokens.</summary>
        internal const string LibBsm = "/usr/lib/libbsm.dylib";

        internal const string CoreFoundation = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";
        internal const string Security = "/System/Library/Frameworks/Security.framework/Security";
    }
}
