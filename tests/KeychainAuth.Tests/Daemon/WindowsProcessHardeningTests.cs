using System.Runtime.Versioning;
using KeychainAuth.Daemon.Hardening;
using KeychainAuth.Windows;

namespace KeychainAuth.Tests.Daemon;

/// <summary>What is asked of Windows; it is looked at here, because Wine does not enforce it.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsProcessHardeningTests
{
    private static readonly Sid User = Sid.Parse("S-1-5-21-1-2-3-1001");

    [Fact]
    public void Security_OfTheDaemonsProcess_LetsTheUserSeeAndEndItAndNothingElse()
    {
        SecurityDescriptor security = SecurityDescriptor.Parse(WindowsProcessHardening.Security(User).ToBytes());
        Assert.True(security.IsProtected);
        AccessEntry user = Assert.Single(security.Access!, e => User.Equals(e.Sid));

        // PROCESS_TERMINATE, PROCESS_QUERY_LIMITED_INFORMATION, SYNCHRONIZE: neither reading nor writing of memory (0x10,
        // 0x20, 0x8), no threads (0x2), no handles (0x40), no suspending (0x800).
        Assert.Equal(0x1u | 0x1000u | 0x100000u, user.Mask);
        Assert.Equal(0x20000u, Assert.Single(security.Access!, e => Sid.OwnerRights.Equals(e.Sid)).Mask);
        Assert.All(security.Access!, e => Assert.True(e.Sid!.Equals(User) || e.Sid.Equals(Sid.OwnerRights) || e.Sid.Equals(Sid.System) || e.Sid.Equals(Sid.Administrators)));
    }
}
