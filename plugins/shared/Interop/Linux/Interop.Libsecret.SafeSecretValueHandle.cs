using Microsoft.Win32.SafeHandles;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>A reference to a SecretValue.</summary>
        internal sealed class SafeSecretValueHandle : SafeHandleZeroOrMinusOneIsInvalid
        {
            public SafeSecretValueHandle()
                : base(ownsHandle: true)
            {
            }

            protected override bool ReleaseHandle()
            {
                ValueUnref(handle);
                return true;
            }
        }
    }
}
