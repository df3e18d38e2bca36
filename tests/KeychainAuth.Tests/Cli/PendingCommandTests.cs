using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Tests.Cli;

public sealed class PendingCommandTests : IDisposable
{
    private static readonly string Hash = BinaryIdentity.HashPrefix + "0123456789ab" + new string('c', 52);
    private static readonly string SimilarHash = BinaryIdentity.HashPrefix + "0123456789ab" + new string('d', 52);

    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Approve_ByPrefix_RegistersWithoutGrants()
    {
        _cli.AddPending("/opt/tool", Hash);
        string output = _cli.Do("approve", "0123456789AB");
        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(("/opt/tool", Hash), (entry.Path, entry.Hash));
        Assert.Empty(entry.AllowedReadServices);
        Assert.Empty(_cli.Pending.Read());
        Assert.Contains("keychain-auth allow /opt/tool", output, StringComparison.Ordinal);
        Assert.Equal("approve", Assert.Single(_cli.Records()).Reason);
    }

    [Fact]
    public void Approve_CodeThatWasSeen_IsTakenAlongAndShown()
    {
        _cli.AddPending("/opt/tool", Hash, [new() { Path = "/home/u/lib.so", Hash = Hashes.Of('e'), OwnerUserId = 1000 }], jit: true);
        Assert.Contains("/home/u/lib.so", _cli.Do("list-pending"), StringComparison.Ordinal);
        string output = _cli.Do("approve", Hash);
        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(("/home/u/lib.so", Hashes.Of('e')), (entry.Files![0].Path, entry.Files[0].Hash));
        Assert.True(entry.Jit);
        Assert.Contains("/home/u/lib.so", output, StringComparison.Ordinal);
        Assert.Contains("jit", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Approve_RegisteredProgramWithNewCode_KeepsItsGrants()
    {
        Write(new BinaryEntry { Path = "/opt/tool", Hash = Hash, AllowedReadServices = ["aws"] });
        _cli.AddPending("/opt/tool", Hash, [new() { Path = "/l.so", Hash = Hashes.Of('e') }]);
        _cli.Do("approve", Hash);
        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(["aws"], entry.AllowedReadServices);
        Assert.Single(entry.Files!);
    }

    [Fact]
    public void Approve_OtherHashIsRegistered_NamesUpgrade()
    {
        Write(new BinaryEntry { Path = "/opt/tool", Hash = Hashes.Of('f'), AllowedReadServices = ["aws"] });
        _cli.AddPending("/opt/tool", Hash);
        Assert.Contains("upgrade", _cli.Fail(1, "approve", Hash), StringComparison.Ordinal);
    }

    [Fact]
    public void Approve_Ambiguous_ListsThemAndThePathDecides()
    {
        _cli.AddPending("/opt/one", Hash);
        _cli.AddPending("/opt/two", SimilarHash);
        _cli.AddPending("/opt/three", Hash);
        string complaint = _cli.Fail(1, "approve", "0123456789ab");
        Assert.Contains("/opt/one", complaint, StringComparison.Ordinal);
        Assert.Contains("/opt/two", complaint, StringComparison.Ordinal);
        _cli.Fail(1, "approve", Hash);
        _cli.Do("approve", Hash, "/opt/three");
        Assert.Equal("/opt/three", Assert.Single(_cli.Entries()).Path);
        _cli.Do("approve", SimilarHash);
    }

    [Fact]
    public void Approve_Interpreter_IsRefusedUnlessAccepted()
    {
        _cli.AddPending("/usr/bin/python3.11", Hash);
        Assert.Contains("--allow-interpreter", _cli.Fail(1, "approve", Hash), StringComparison.Ordinal);
        _cli.Do("approve", Hash, "--allow-interpreter");
        Assert.True(Assert.Single(_cli.Entries()).Interpreter);
    }

    [Theory]
    [InlineData(1, "999999999999")]
    [InlineData(2, "0123")]
    [InlineData(2, "sha256:")]
    [InlineData(2, "zz3456789abc")]
    [InlineData(2, "")]
    public void ApproveAndDeny_NoSuchHash_ChangeNothing(int code, string hash)
    {
        _cli.AddPending("/opt/tool", Hash);
        _cli.Fail(code, "approve", hash);
        _cli.Fail(code, "deny", hash);
        _cli.Fail(2, "approve");
    }

    [Fact]
    public void Approve_AfterADay_IsTooLate()
    {
        _cli.AddPending("/opt/tool", Hash);
        _cli.Time.Advance(TimeSpan.FromDays(1));
        _cli.Fail(1, "approve", Hash);
    }

    [Fact]
    public void Deny_Pending_IsNeverAskedAboutAgain()
    {
        _cli.AddPending("/opt/tool", Hash);
        _cli.Do("deny", Hash);
        DeniedEntry denied = Assert.Single(ConfigFile.At(_cli.Paths.ConfigFile).Read().Denied!);
        Assert.Equal(("/opt/tool", Hash), (denied.Path, denied.Hash));
        Assert.Empty(_cli.Pending.Read());
        Assert.Equal("deny", Assert.Single(_cli.Records()).Reason);
    }

    [Fact]
    public void Deny_WholeHashAndPath_NeedsNoPendingEntry()
    {
        _cli.Do("deny", Hash, "/opt/tool");
        Assert.Contains("denied before", _cli.Do("deny", Hash, "/opt/tool"), StringComparison.Ordinal);
        Assert.Single(_cli.Records());
    }

    [Fact]
    public void Approve_DeniedBefore_LiftsTheDenial()
    {
        _cli.Do("deny", Hash, "/opt/tool");
        _cli.AddPending("/opt/tool", Hash);
        Assert.Contains("no longer denied", _cli.Do("approve", Hash), StringComparison.Ordinal);
        Assert.Empty(ConfigFile.At(_cli.Paths.ConfigFile).Read().Denied!);
    }

    [Fact]
    public void ListPending_HostileText_CannotSpeakToTheTerminal()
    {
        _cli.Pending.Add(new PendingEntry
        {
            Path = "/tmp/\u001b[2Jx\u202e",
            Hash = Hash,
            CommandLine = "a\nkeychain-auth: approved\r\u009b",
            Timestamp = _cli.Time.GetUtcNow(),
            Attempts = 3,
        });
        string text = _cli.Do("list-pending");
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.Contains("asked 3 times", text, StringComparison.Ordinal);
        Assert.Equal("/tmp/\u001b[2Jx\u202e", _cli.DoJson("list-pending", "--json")[0].GetProperty("path").GetString());
        Assert.DoesNotContain(_cli.Do("list-pending", "--json"), c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public void ListPending_Nothing_SaysSo()
    {
        Assert.Equal("No program waits for approval.\n", _cli.Do("list-pending"));
        Assert.Equal(0, _cli.DoJson("list-pending", "--json").GetArrayLength());
    }

    private void Write(BinaryEntry entry) => ConfigFile.At(_cli.Paths.ConfigFile).Update(config =>
    {
        config.RegisteredBinaries.Add(entry);
        return true;
    });
}
