using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>ECHO, bits/termios-c_lflag.h.</summary>
        internal const uint ECHO = 0x8;

        /// <summary>ECHONL: the end of a line is shown all the same.</summary>
        internal const uint ECHONL = 0x40;

        /// <summary>struct termios of glibc, bits/termios-struct.h; alike on all its architectures but SPARC and MIPS.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal unsafe struct termios
        {
            internal uint c_iflag;
            internal uint c_oflag;
            internal uint c_cflag;
            internal uint c_lflag;
            internal byte c_line;
            internal fixed byte c_cc[32];
            internal uint c_ispeed;
            internal uint c_ospeed;
        }
    }
}
