using System.Runtime.Versioning;
using System.Security.Principal;
using KeychainAuth.Windows;

namespace KeychainAuth.Core.Windows;

/// <summary>The user this process runs as.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsUser
{
    /// <summary>From the process's token, never a thread's: nothing here impersonates anybody.</summary>
    internal static Sid Current { get; } = Read();

    private static Sid Read()
    {
        using WindowsIdentity identity = WindowsIdentity.GetCurrent();
        return Sid.Parse(identity.User?.Value ?? throw new InvalidOperationException("This process's token names no user."));
    }
}
