using System.Runtime.InteropServices;

namespace KeychainAuth.Core.Accounts;

/// <summary>An account of this machine, as the system's own name service knows it.</summary>
/// <param name="UserId">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="HomeDirectory">Its home directory; may not exist.</param>
internal sealed record UserAccount(uint UserId, string Name, string HomeDirectory)
{
    private const int FirstBufferBytes = 4096;
    private const int LargestBufferBytes = 1 << 20;

    private unsafe delegate int LookUp(out Interop.Libc.passwd account, byte* buffer, nint size, out nint result);

    /// <summary>The account with a number.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">The name service does not answer.</exception>
    internal static unsafe UserAccount? Find(uint userId) =>
        Find((out Interop.Libc.passwd account, byte* buffer, nint size, out nint result) =>
            Interop.Libc.GetPwUidR(userId, out account, buffer, size, out result));

    /// <summary>The account with a name.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">The name service does not answer.</exception>
    internal static unsafe UserAccount? Find(string name) =>
        Find((out Interop.Libc.passwd account, byte* buffer, nint size, out nint result) =>
            Interop.Libc.GetPwNamR(name, out account, buffer, size, out result));

    private static unsafe UserAccount? Find(LookUp lookUp)
    {
        for (int size = FirstBufferBytes; size <= LargestBufferBytes; size *= 2)
        {
            byte[] memory = new byte[size];
            fixed (byte* buffer = memory)
            {
                int error = lookUp(out Interop.Libc.passwd account, buffer, size, out nint result);
                if (error == Interop.Errno.ERANGE)
                {
                    continue;
                }

                // getpwnam(3): some name services say "not found" by an error.
                if (result == 0)
                {
                    return error is 0 or Interop.Errno.ENOENT or Interop.Errno.ESRCH
                        ? null
                        : throw new IOException($"The accounts of this machine cannot be looked up: {Interop.Describe(error)}.");
                }

                return new UserAccount(
                    account.pw_uid,
                    Marshal.PtrToStringUTF8(account.pw_name) ?? "",
                    Marshal.PtrToStringUTF8(account.pw_dir) ?? "");
            }
        }

        throw new IOException("An account's entry is too long to be read.");
    }
}
