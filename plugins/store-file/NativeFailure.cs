using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>Turns errno into the one exception of a store, with what mends the usual causes.</summary>
internal static class NativeFailure
{
    private const int EDQUOT = 122;

    /// <summary>For the call that has just failed on this thread.</summary>
    internal static StoreException Unavailable(string what) => Unavailable(what, Marshal.GetLastPInvokeError());

    internal static StoreException Unavailable(string what, int errno)
    {
        string mend = errno switch
        {
            Errno.ENOSPC or EDQUOT => " Free some space; nothing was changed.",
            Errno.EROFS => " The file system is mounted read-only; remount it or choose another place with the setting 'path'.",
            Errno.EACCES or Errno.EPERM => " Check the owner and the permissions of the directories above it.",
            _ => "",
        };
        return new StoreException(StoreError.Unavailable, $"{what}: {Describe(errno)}.{mend}", errno);
    }
}
