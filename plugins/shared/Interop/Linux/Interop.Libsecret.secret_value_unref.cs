using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-value.h: releases a reference; memory of libsecret's own pool is zeroed by the last.</summary>
        [LibraryImport(Library, EntryPoint = "secret_value_unref")]
        internal static partial void ValueUnref(nint value);
    }
}
