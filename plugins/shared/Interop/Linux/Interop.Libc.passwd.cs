using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>struct passwd of pwd.h, as glibc and musl lay it out on 64-bit Linux. Pointers lead into the caller's buffer.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct passwd
        {
            internal nint pw_name;
            internal nint pw_passwd;
            internal uint pw_uid;
            internal uint pw_gid;
            internal nint pw_gecos;
            internal nint pw_dir;
            internal nint pw_shell;
        }
    }
}
