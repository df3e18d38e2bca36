using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Tests.Core;

public sealed class NameRulesTests
{
    public static TheoryData<string> BadServices => ["", "a:b", "a\0", "a\n", "a\u0085", "\ud800", new string('x', 129), new string('é', 65)];

    public static TheoryData<string> GoodServices => ["a", "aws", "a b", "..", "é", "a=b", new string('x', 128), new string('é', 64)];

    [Theory]
    [MemberData(nameof(BadServices))]
    public void CheckService_BadName_SaysWhy(string name) => Assert.NotNull(NameRules.CheckService(name));

    [Theory]
    [MemberData(nameof(GoodServices))]
    public void CheckService_GoodName_IsNull(string name) => Assert.Null(NameRules.CheckService(name));

    [Fact]
    public void CheckService_NoName_SaysWhy() => Assert.NotNull(NameRules.CheckService(null));

    [Fact]
    public void CheckTarget_LengthInBytes_IsWhatCounts()
    {
        Assert.Null(NameRules.CheckTarget(new string('x', 512)));
        Assert.NotNull(NameRules.CheckTarget(new string('x', 513)));
        Assert.Null(NameRules.CheckTarget(new string('é', 256)));
        Assert.NotNull(NameRules.CheckTarget(new string('é', 257)));
        Assert.Null(NameRules.CheckTarget("a:b/c*"));
    }
}
