internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>poll.h: an exceptional condition; of a mount table, that it has changed since the last poll.</summary>
        internal const short POLLPRI = 0x2;
    }
}
