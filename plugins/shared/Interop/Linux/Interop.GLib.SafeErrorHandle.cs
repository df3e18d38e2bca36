using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>A GError (glib/gerror.h: a 32-bit domain, a code, a message), or none.</summary>
        internal sealed class SafeErrorHandle : SafeHandleZeroOrMinusOneIsInvalid
        {
            public SafeErrorHandle()
                : base(ownsHandle: true)
            {
            }

            internal uint Domain => (uint)Marshal.ReadInt32(handle);

            internal int Code => Marshal.ReadInt32(handle, sizeof(int));

            protected override bool ReleaseHandle()
            {
                ErrorFree(handle);
                return true;
            }
        }
    }
}
