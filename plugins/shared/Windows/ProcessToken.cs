using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using static Interop.Advapi32;

namespace KeychainAuth.Windows;

/// <summary>Who a process runs as.</summary>
/// <param name="User">The token's user.</param>
/// <param name="Session">The logon session's number on this machine.</param>
internal sealed record ProcessToken(Sid User, uint Session)
{
    /// <summary>Reads the primary token of a process.</summary>
    /// <param name="process">Opened with PROCESS_QUERY_LIMITED_INFORMATION.</param>
    /// <returns>Null with the last error set when the system does not say.</returns>
    [SupportedOSPlatform("windows")]
    internal static unsafe ProcessToken? Of(SafeProcessHandle process)
    {
        if (!OpenProcessToken(process, Interop.WinNT.TOKEN_QUERY, out SafeAccessTokenHandle token))
        {
            int error = Marshal.GetLastPInvokeError();
            token.Dispose();
            Marshal.SetLastPInvokeError(error);
            return null;
        }

        using (token)
        {
            uint session;
            return Sid.TryRead(GetTokenSid(token, TokenUser)) is { } user
                && GetTokenInformation(token, TokenSessionId, &session, sizeof(uint), out _)
                ? new ProcessToken(user, session)
                : null;
        }
    }
}
