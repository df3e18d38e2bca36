using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Tests.Core;

public sealed class PolicyEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("read", false, null)]
    [InlineData("read", true, "action_not_in_policy")]
    [InlineData("search", false, "action_not_in_policy")]
    [InlineData("write", false, "service_not_allowed")]
    [InlineData("delete", false, "service_not_allowed")]
    [InlineData("check", false, null)]
    public void Evaluate_ReaderOnly_MayReadExactly(string action, bool isPrefix, string? refusal)
    {
        var entry = new BinaryEntry { AllowedReadServices = ["s"] };
        Assert.Equal(refusal, PolicyEvaluator.Evaluate(entry, Request(action, isPrefix), Now).Refusal?.Name);
    }

    [Theory]
    [InlineData("read", false, "service_not_allowed")]
    [InlineData("search", false, "service_not_allowed")]
    [InlineData("write", false, null)]
    [InlineData("delete", false, null)]
    [InlineData("delete", true, "action_not_in_policy")]
    public void Evaluate_WriterOnly_MayWriteAndDelete(string action, bool isPrefix, string? refusal)
    {
        var entry = new BinaryEntry { AllowedWriteServices = ["s"] };
        Assert.Equal(refusal, PolicyEvaluator.Evaluate(entry, Request(action, isPrefix), Now).Refusal?.Name);
    }

    [Fact]
    public void Evaluate_OtherService_IsRefused()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["S", "s2"] };
        Assert.Equal("service_not_allowed", PolicyEvaluator.Evaluate(entry, Request("read"), Now).Refusal?.Name);
    }

    [Fact]
    public void Evaluate_OneTargetOutside_RefusesTheWholeBatch()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["s"], AllowedTargets = new() { ["s"] = ["a*"] } };
        Assert.True(PolicyEvaluator.Evaluate(entry, Request("read", targets: ["a1", "a2"]), Now).IsAllowed);
        Assert.Equal("target_not_allowed", PolicyEvaluator.Evaluate(entry, Request("read", targets: ["a1", "b"]), Now).Refusal?.Name);
    }

    [Fact]
    public void Evaluate_EmptyPatternList_AllowsNoTarget()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["s"], AllowedTargets = new() { ["s"] = [] } };
        Assert.Equal("target_not_allowed", PolicyEvaluator.Evaluate(entry, Request("read"), Now).Refusal?.Name);
    }

    [Fact]
    public void Evaluate_AtTheMomentOfExpiry_IsRefused()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["s"], ExpiresAt = Now };
        Assert.Equal("grant_expired", PolicyEvaluator.Evaluate(entry, Request("read"), Now).Refusal?.Name);
        Assert.True(PolicyEvaluator.Evaluate(entry, Request("read"), Now.AddTicks(-1)).IsAllowed);
    }

    [Fact]
    public void Services_ReadAndWrite_AreSortedAndDistinct()
    {
        var entry = new BinaryEntry { AllowedReadServices = ["b", "a"], AllowedWriteServices = ["C", "b"] };
        Assert.Equal(["C", "a", "b"], PolicyEvaluator.Services(entry));
    }

    private static RequestMessage Request(string action, bool isPrefix = false, IReadOnlyList<string>? targets = null) => new()
    {
        Action = ProtocolNames.ParseAction(action)!.Value,
        Service = action == "check" ? "" : "s",
        IsPrefix = isPrefix,
        Targets = targets ?? ["t"],
    };
}
