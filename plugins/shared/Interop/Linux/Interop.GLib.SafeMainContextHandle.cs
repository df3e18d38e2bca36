using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>A reference to a GMainContext.</summary>
        internal sealed class SafeMainContextHandle : SafeHandleZeroOrMinusOneIsInvalid
        {
            public SafeMainContextHandle()
                : base(ownsHandle: true)
            {
            }

            protected override bool ReleaseHandle()
            {
                MainContextUnref(handle);
                return true;
            }
        }
    }
}
