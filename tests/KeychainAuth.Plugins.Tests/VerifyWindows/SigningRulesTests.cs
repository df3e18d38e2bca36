using System.Security.Cryptography;
using KeychainAuth.Plugins.VerifyWindows;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyWindows;

public sealed class SigningRulesTests
{
    private static readonly byte[] Key = [1, 2, 3];

    [Fact]
    public void Judge_ValidAndTrustedByTheMachine_NamesThePublishersKey()
    {
        SigningEvidence evidence = SigningRules.Judge(0, isTrustedByMachine: true, "CN=Vendor", Key);
        Assert.Equal("authenticode:sha256:" + Convert.ToHexStringLower(SHA256.HashData(Key)), evidence.Identity);
        Assert.Equal(("valid", "CN=Vendor"), (evidence.Status, evidence.Publisher));
    }

    [Theory]
    [InlineData(0, false)] // the user's own root vouches for it
    [InlineData(unchecked((int)0x800B0109), true)] // CERT_E_UNTRUSTEDROOT
    [InlineData(unchecked((int)0x800B0100), true)] // TRUST_E_NOSIGNATURE
    [InlineData(unchecked((int)0x80096010), true)] // TRUST_E_BAD_DIGEST
    public void Judge_AnythingElse_NamesNobody(int trust, bool isTrustedByMachine)
    {
        SigningEvidence evidence = SigningRules.Judge(trust, isTrustedByMachine, "CN=Vendor", Key);
        Assert.Null(evidence.Identity);
        Assert.NotEqual("valid", evidence.Status);
    }

    [Fact]
    public void Judge_NoKey_NamesNobody() => Assert.Null(SigningRules.Judge(0, isTrustedByMachine: true, "CN=Vendor", publicKey: null).Identity);
}
