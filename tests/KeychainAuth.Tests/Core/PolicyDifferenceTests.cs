using System.Text.Json;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;

namespace KeychainAuth.Tests.Core;

/// <summary>What a person is shown before a policy changes: nothing that differs may go unsaid.</summary>
public sealed class PolicyDifferenceTests
{
    private const string Tool = "/opt/tool";
    private const string Other = "/opt/other";

    [Fact]
    public void Between_SamePolicies_IsEmpty() => Assert.Empty(PolicyDifference.Between(Config(Entry()), Config(Entry())));

    [Fact]
    public void Between_NewProgram_TellsAllItMayDo()
    {
        BinaryEntry entry = Entry();
        entry.AllowedReadServices.Add("aws");
        entry.AllowedWriteServices.Add("payroll");
        entry.CanSearch = true;
        entry.Interpreter = true;
        entry.Jit = true;
        entry.Files = [new CodeFileEntry { Path = "/home/a/lib.so", Hash = Hashes.Of('b') }];
        entry.AllowedTargets = new Dictionary<string, List<string>> { ["aws"] = ["prod/*"] };
        string detail = Assert.Single(PolicyDifference.Between(Config(), Config(entry))).Detail;
        foreach (string part in (string[])["registered", "may read aws", "may write payroll", "may search", "interpreter", "jit", "/home/a/lib.so", "in aws: only targets prod/*"])
        {
            Assert.Contains(part, detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Between_ProgramIsGone_IsRevoked() =>
        Assert.Contains("revoked", Assert.Single(PolicyDifference.Between(Config(Entry()), Config())).Detail, StringComparison.Ordinal);

    [Fact]
    public void Between_ProgramHasAnotherHash_TellsBoth()
    {
        BinaryEntry upgraded = Entry();
        upgraded.Hash = Hashes.Of('c');
        PolicyChange change = Assert.Single(PolicyDifference.Between(Config(Entry()), Config(upgraded)));
        Assert.Equal($"hash was {Hashes.Of('a')}, is {Hashes.Of('c')}", change.Detail);
        Assert.Equal(Hashes.Of('c'), change.Program.Hash);
    }

    [Fact]
    public void Between_OneOfTwoHashesOfAPathIsRevoked_TellsThatOne()
    {
        BinaryEntry second = Entry();
        second.Hash = Hashes.Of('c');
        PolicyChange change = Assert.Single(PolicyDifference.Between(Config(Entry(), second), Config(second)));
        Assert.Equal(Hashes.Of('a'), change.Program.Hash);
        Assert.Contains("revoked", change.Detail, StringComparison.Ordinal);
    }

    // A second hash of a registered path beside the first is a new program with everything it may do.
    [Fact]
    public void Between_SecondHashOfARegisteredPath_IsRegistered()
    {
        BinaryEntry second = Entry();
        second.Hash = Hashes.Of('c');
        second.AllowedReadServices.Add("aws");
        Assert.Equal("registered; may read aws", Assert.Single(PolicyDifference.Between(Config(Entry()), Config(Entry(), second))).Detail);
    }

    [Fact]
    public void Between_LimitOfTargetsIsLifted_SaysThatAllAreOpen()
    {
        BinaryEntry limited = Entry();
        limited.AllowedTargets = new Dictionary<string, List<string>> { ["aws"] = ["prod/*"] };
        Assert.Equal("in aws: all targets", Assert.Single(PolicyDifference.Between(Config(limited), Config(Entry()))).Detail);
    }

    [Fact]
    public void Between_EndIsLifted_SaysSo()
    {
        BinaryEntry limited = Entry();
        limited.ExpiresAt = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("without end", Assert.Single(PolicyDifference.Between(Config(limited), Config(Entry()))).Detail);
    }

    // A property that nobody here has words for, such as a later version's, is named as it stands.
    [Fact]
    public void Between_UnknownPropertyDiffers_IsNamed()
    {
        BinaryEntry changed = Entry();
        changed.Unknown = new Dictionary<string, JsonElement> { ["later"] = JsonDocument.Parse("\"something\"").RootElement };
        Assert.Equal("later: \"something\"", Assert.Single(PolicyDifference.Between(Config(Entry()), Config(changed))).Detail);
    }

    [Fact]
    public void Between_DeniedListChanges_TellsBothWays()
    {
        ConfigDocument denied = Config();
        denied.Denied = [new DeniedEntry { Path = Other, Hash = Hashes.Of('b') }];
        Assert.Contains("denied", Assert.Single(PolicyDifference.Between(Config(), denied)).Detail, StringComparison.Ordinal);
        Assert.Equal("no longer denied", Assert.Single(PolicyDifference.Between(denied, Config())).Detail);
    }

    private static ConfigDocument Config(params BinaryEntry[] entries) => new() { RegisteredBinaries = [.. entries] };

    private static BinaryEntry Entry() => new() { Path = Tool, Hash = Hashes.Of('a') };
}
