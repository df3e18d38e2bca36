using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Advapi32
    {
        /// <summary>CredFree: releases what CredRead and CredEnumerate answered. It does not zero it.</summary>
        [LibraryImport(Library)]
        internal static unsafe partial void CredFree(void* Buffer);
    }
}
