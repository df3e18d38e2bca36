using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        private const int PT_DENY_ATTACH = 31;

        /// <summary>ptrace(2) with PT_DENY_ATTACH: nobody may trace this process from now on; a tracer that is there ends it.</summary>
        /// <returns>0, or -1 with errno set.</returns>
        internal static int DenyAttach() => ptrace(PT_DENY_ATTACH, 0, 0, 0);

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static partial int ptrace(int request, int pid, nint addr, int data);
    }
}
