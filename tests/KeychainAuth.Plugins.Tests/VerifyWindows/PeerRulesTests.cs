using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyWindows;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyWindows;

public sealed class PeerRulesTests
{
    private const string User = "S-1-5-21-1-2-3-1001";

    private static readonly ProcessFacts Honest = new(4711, HasExited: false, 1000, User, 1, @"C:\tools\tool.exe");

    [Fact]
    public void FindFault_AllAgrees_IsNone() => Assert.Null(Fault(Honest));

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    public void FindFault_KernelOrNobody_IsRefused(int id) => Assert.NotNull(Fault(Honest with { ProcessId = (uint)id }, id));

    [Fact]
    public void FindFault_HandleNamesAnother_IsRefused() => Assert.Contains("4712", Fault(Honest with { ProcessId = 4712 }), StringComparison.Ordinal);

    [Fact]
    public void FindFault_ProcessHasExited_IsRefused() => Assert.Contains("gone", Fault(Honest with { HasExited = true }), StringComparison.Ordinal);

    [Fact]
    public void FindFault_AnotherUserOrSession_IsRefused()
    {
        Assert.Contains("S-1-5-18", Fault(Honest with { User = "S-1-5-18" }), StringComparison.Ordinal);
        Assert.NotNull(Fault(Honest, sid: "S-1-5-18"));
        Assert.NotNull(Fault(Honest, sid: null));
        Assert.Contains("session 2", Fault(Honest with { Session = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void FindChange_SameProcess_IsNone() => Assert.Null(PeerRules.FindChange(Honest, Honest with { }));

    [Fact]
    public void FindChange_AnythingElse_IsSaid()
    {
        Assert.Contains("ended", PeerRules.FindChange(Honest, Honest with { HasExited = true }), StringComparison.Ordinal);
        Assert.Contains("another", PeerRules.FindChange(Honest, Honest with { CreatedAt = 1001 }), StringComparison.Ordinal);
        Assert.Contains("another", PeerRules.FindChange(Honest, Honest with { ProcessId = 1 }), StringComparison.Ordinal);
        Assert.Contains("S-1-5-18", PeerRules.FindChange(Honest, Honest with { User = "S-1-5-18" }), StringComparison.Ordinal);
        Assert.Contains("renamed.exe", PeerRules.FindChange(Honest, Honest with { ImageName = @"C:\tools\renamed.exe" }), StringComparison.Ordinal);
    }

    private static string? Fault(ProcessFacts facts, int id = 4711, string? sid = User) =>
        PeerRules.FindFault(new PeerCredentials { ProcessId = id, Sid = sid }, facts, User, ourSession: 1)?.Message;
}
