using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>getpwuid_r(3): the account with a number.</summary>
        /// <param name="uid">The number.</param>
        /// <param name="account">What was found; points into <paramref name="buffer"/>.</param>
        /// <param name="buffer">Room for the strings.</param>
        /// <param name="size">Its length in bytes.</param>
        /// <param name="result">Zero when there is no such account.</param>
        /// <returns>0, or the error number itself; ERANGE when the buffer is too small.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "getpwuid_r")]
        internal static unsafe partial int GetPwUidR(uint uid, out passwd account, byte* buffer, nint size, out nint result);
    }
}
