using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>struct ucred, unix(7): who is, or was, at the other end.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct ucred
        {
            internal int pid;
            internal uint uid;
            internal uint gid;
        }
    }
}
