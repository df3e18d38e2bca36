extern alias pipe;

using KeychainAuth.Plugins.TransportPipe;
using Xunit;
using AccessEntry = pipe::KeychainAuth.Windows.AccessEntry;
using SecurityDescriptor = pipe::KeychainAuth.Windows.SecurityDescriptor;
using Sid = pipe::KeychainAuth.Windows.Sid;

namespace KeychainAuth.Plugins.Tests.TransportPipe;

/// <summary>What is asked of Windows. Wine stores a pipe's security and does not enforce it, so it is looked at here, byte by byte.</summary>
public sealed class PipeSecurityTests
{
    private static readonly Sid User = Sid.Parse("S-1-5-21-1-2-3-1001");
    private static readonly Sid Everyone = Sid.Parse("S-1-1-0");

    [Fact]
    public void For_User_IsOwnerAccessAndLabelInTheDocumentedBytes() => Assert.Equal(
        "01001490" + "14000000" + "00000000" + "30000000" + "4c000000"
        + "010500000000000515000000010000000200000003000000e9030000"
        + "02001c0001000000" + "11001400" + "03000000" + "010100000000001000200000"
        + "0200400002000000" + "01001400" + "00000010" + "010100000000000502000000"
        + "00002400" + "9f011200" + "010500000000000515000000010000000200000003000000e9030000",
        Convert.ToHexStringLower(PipeSecurity.For(User).ToBytes()));

    [Fact]
    public void FindFault_AsItWasAskedFor_IsNone() => Assert.Null(PipeSecurity.FindFault(SecurityDescriptor.Parse(PipeSecurity.For(User).ToBytes()), User));

    [Fact]
    public void FindFault_AnythingElse_IsSaid()
    {
        SecurityDescriptor good = PipeSecurity.For(User);
        AccessEntry deny = good.Access![0];
        AccessEntry allow = good.Access[1];
        Assert.Contains("S-1-5-32-544", Fault(good with { Owner = Sid.Administrators }), StringComparison.Ordinal);
        Assert.Contains("nobody", Fault(good with { Owner = null }), StringComparison.Ordinal);
        Assert.Contains("everybody", Fault(good with { Access = null }), StringComparison.Ordinal);
        Assert.Contains("network", Fault(good with { Access = [allow] }), StringComparison.Ordinal);
        Assert.Contains("S-1-1-0", Fault(good with { Access = [deny, allow, AccessEntry.Allow(Everyone, 1)] }), StringComparison.Ordinal);
        Assert.Contains("type 9", Fault(good with { Access = [deny, allow, new AccessEntry(9, 0, 1, null)] }), StringComparison.Ordinal);
        Assert.Contains("label", Fault(good with { Label = null }), StringComparison.Ordinal);
        Assert.Contains("label", Fault(good with { Label = AccessEntry.Label(Sid.Parse("S-1-16-4096")) }), StringComparison.Ordinal);
        Assert.Contains("label", Fault(good with { Label = good.Label! with { Mask = 0 } }), StringComparison.Ordinal);
    }

    private static string? Fault(SecurityDescriptor actual) => PipeSecurity.FindFault(actual, User);
}
