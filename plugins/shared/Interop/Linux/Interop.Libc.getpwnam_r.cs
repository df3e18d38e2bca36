using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>getpwnam_r(3): the account with a name.</summary>
        /// <param name="name">The name.</param>
        /// <param name="account">What was found; points into <paramref name="buffer"/>.</param>
        /// <param name="buffer">Room for the strings.</param>
        /// <param name="size">Its length in bytes.</param>
        /// <param name="result">Zero when there is no such account.</param>
        /// <returns>0, or the error number itself; ERANGE when the buffer is too small.</returns>
        [LibraryImport(Libraries.Libc, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial int GetPwNamR(string name, out passwd account, byte* buffer, nint size, out nint result);
    }
}
