using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Tests.Cli;

public sealed class SignerCommandTests : IDisposable
{
    private const string Signer = "identifier \"com.example.tool\" and certificate leaf[subject.OU] = \"ABCDE12345\"";

    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Register_SignedProgram_OffersItsSignerAndRecordsNothing()
    {
        _cli.SetSigner(Signer);
        string output = _cli.Do("register", _cli.AddProgram("tool"));
        Assert.Contains(Signer, output, StringComparison.Ordinal);
        Assert.Contains("--same-signer", output, StringComparison.Ordinal);
        Assert.Null(Assert.Single(_cli.Entries()).Signer);
    }

    [Fact]
    public void Register_SameSigner_IsRecordedShownAndAudited()
    {
        _cli.SetSigner(Signer);
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--same-signer");
        Assert.Equal(Signer, Assert.Single(_cli.Entries()).Signer);
        Assert.Contains(Signer, Assert.Single(_cli.Records()).Detail, StringComparison.Ordinal);
        Assert.Contains(Signer, _cli.Do("list"), StringComparison.Ordinal);
        Assert.Contains("Nothing to change", _cli.Do("register", tool, "--same-signer"), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_SameSignerOfAnUnsignedProgram_IsRefused()
    {
        _cli.SetSigner(null);
        Assert.Contains("no signer", _cli.Fail(1, "register", _cli.AddProgram("tool"), "--same-signer"), StringComparison.Ordinal);
    }

    [Fact]
    public void Approve_SignedProgram_OffersOrRecordsItsSigner()
    {
        Add("/opt/a", 'a');
        Add("/opt/b", 'b');
        Assert.Contains("signature: signed by team ABCDE12345", _cli.Do("list-pending"), StringComparison.Ordinal);
        Assert.Contains("protection: none", _cli.Do("list-pending"), StringComparison.Ordinal);
        Assert.Contains("--same-signer", _cli.Do("approve", Hashes.Of('a')), StringComparison.Ordinal);
        Assert.DoesNotContain("note: signed by", _cli.Do("approve", Hashes.Of('b'), "--same-signer"), StringComparison.Ordinal);
        Assert.Equal([null, Signer], _cli.Entries().OrderBy(entry => entry.Path).Select(entry => entry.Signer));
    }

    [Fact]
    public void Approve_SameSignerOfAnUnsignedProgram_IsRefused()
    {
        _cli.AddPending("/opt/tool", Hashes.Of('a'));
        Assert.Contains("no signer", _cli.Fail(1, "approve", Hashes.Of('a'), "--same-signer"), StringComparison.Ordinal);
    }

    private void Add(string path, char digit) => _cli.Pending.Add(new PendingEntry
    {
        Path = path,
        Hash = Hashes.Of(digit),
        Timestamp = _cli.Time.GetUtcNow(),
        Attempts = 1,
        Signer = Signer,
        Signature = "signed by team ABCDE12345",
        Protection = "none",
    });
}
