using FsCheck;
using FsCheck.Fluent;
using KeychainAuth.Plugins.StoreCredman;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreCredman;

public sealed class CredentialNameTests
{
    [Theory]
    [InlineData("aws", "prod/key:1", "aws:prod/key:1")]
    [InlineData("Aws", "x", "%41ws:x")]
    [InlineData("a", "É é", "a:%c3%89%20%c3%a9")]
    [InlineData("domain", "target=x", "domain:target%3dx")]
    [InlineData("a", "*%+?", "a:%2a%25%2b%3f")]
    public void Of_Names_EncodesWhatIsAmbiguousWithoutCase(string service, string target, string name)
    {
        Assert.Equal(name, CredentialName.Of(service, target));
        Assert.Equal(service, CredentialName.FindService(name, target));
    }

    [Fact]
    public void Of_DifferentNames_DifferWithoutCase() =>
        Prop.ForAll<(NonEmptyString, NonEmptyString), (NonEmptyString, NonEmptyString)>((first, second) =>
        {
            (string service, string target) = Clean(first);
            (string otherService, string otherTarget) = Clean(second);
            string name = CredentialName.Of(service, target);
            Assert.Equal(service, CredentialName.FindService(name, target));
            bool isSame = (service, target) == (otherService, otherTarget);
            Assert.Equal(isSame, string.Equals(name, CredentialName.Of(otherService, otherTarget), StringComparison.OrdinalIgnoreCase));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("x", "x")]
    [InlineData(":x", "x")]
    [InlineData("a:", "")]
    [InlineData("a:b", "c")]
    [InlineData("a:%42", "b")]
    [InlineData("a%:b", "c")]
    [InlineData("a%zz:b", "c")]
    [InlineData("a%ff:b", "c")]
    public void FindService_NotOurs_IsNone(string name, string target) => Assert.Null(CredentialName.FindService(name, target));

    // What the daemon lets through: no colon in a service, no lone surrogates.
    private static (string, string) Clean((NonEmptyString Service, NonEmptyString Target) names) =>
        ("s" + Printable(names.Service.Get).Replace(":", "", StringComparison.Ordinal), "t" + Printable(names.Target.Get));

    private static string Printable(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c) && !char.IsControl(c)));
}
