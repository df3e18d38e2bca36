using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class GLib
    {
        /// <summary>A reference to a GVariant, never a floating one.</summary>
        internal sealed class SafeVariantHandle : SafeHandleZeroOrMinusOneIsInvalid
        {
            public SafeVariantHandle()
                : base(ownsHandle: true)
            {
            }

            protected override bool ReleaseHandle()
            {
                VariantUnref(handle);
                return true;
            }
        }
    }
}
