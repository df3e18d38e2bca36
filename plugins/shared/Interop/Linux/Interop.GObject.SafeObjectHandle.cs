using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class GObject
    {
        /// <summary>A reference to a GObject.</summary>
        internal sealed class SafeObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
        {
            public SafeObjectHandle()
                : base(ownsHandle: true)
            {
            }

            protected override bool ReleaseHandle()
            {
                ObjectUnref(handle);
                return true;
            }
        }
    }
}
