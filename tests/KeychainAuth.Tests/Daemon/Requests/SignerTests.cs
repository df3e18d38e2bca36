using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>An entry with a signer lets updates by that signer pass, and nobody else.</summary>
public sealed class SignerTests
{
    private const string Signer = "team ABCDE12345";

    private static readonly string UpdateDigest = new('b', 64);

    [Fact]
    public async Task ServeAsync_UpdateByTheSigner_IsServedAndRecordedAsAnUpdate()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, entry => entry.Signer = Signer);
        Assert.Contains("success", await AskAsync(harness), StringComparison.Ordinal);
        AuditRecord connect = harness.Records()[0];
        Assert.Equal((AuditAction.Connect, BinaryIdentity.HashPrefix + UpdateDigest), (connect.Action, connect.BinaryHash));
        Assert.Contains(harness.Entry.Hash, connect.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("team ABCDE12346")]
    [InlineData("TEAM ABCDE12345")]
    [InlineData("")]
    public async Task ServeAsync_UpdateBySomebodyElse_IsRefusedAndQueued(string? signer)
    {
        using PipelineHarness harness = Harness(signer);
        Register(harness, entry => entry.Signer = Signer);
        Assert.Contains("unregistered_binary_pending_approval", await AskAsync(harness), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeAsync_EntryWithoutSigner_KnowsItsHashOnly()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, _ => { });
        Assert.Contains("unregistered_binary_pending_approval", await AskAsync(harness), StringComparison.Ordinal);
    }

    /// <summary>An entry that names a signer means it: the approved hash without its signature is a contradiction.</summary>
    [Theory]
    [InlineData(Signer, "success")]
    [InlineData("team ABCDE12346", "identity_unverified")]
    [InlineData(null, "identity_unverified")]
    public async Task ServeAsync_ApprovedHash_NeedsTheSignerToo(string? signer, string answer)
    {
        using PipelineHarness harness = Harness(signer, PipelineHarness.Digest);
        Register(harness, entry => entry.Signer = Signer);
        Assert.Contains(answer, await AskAsync(harness), StringComparison.Ordinal);
    }

    /// <summary>The same signer's other program is another program.</summary>
    [Fact]
    public async Task ServeAsync_SameSignerAtAnotherPath_IsRefused()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, entry => (entry.Signer, entry.Path) = (Signer, "/opt/other"));
        Assert.Contains("unregistered_binary_pending_approval", await AskAsync(harness), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeAsync_UpdateThatAPersonDenied_IsRefused()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, entry => entry.Signer = Signer);
        harness.Change(config => config.Denied = [new DeniedEntry { Path = PipelineHarness.Tool, Hash = BinaryIdentity.HashPrefix + UpdateDigest }]);
        Assert.Contains("unregistered_binary_pending_approval", await AskAsync(harness), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeAsync_GrantHasEnded_HoldsForTheUpdateToo()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, entry => (entry.Signer, entry.ExpiresAt) = (Signer, DateTimeOffset.UnixEpoch));
        Assert.Contains("grant_expired", await AskAsync(harness), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeAsync_UpdateSpeaksVersion2_RaisesItsEntry()
    {
        using PipelineHarness harness = Harness(Signer);
        Register(harness, entry => entry.Signer = Signer);
        Assert.Contains("WELCOME", await AskAsync(harness, """{"type":"HELLO","protocol":2}""" + "\n"), StringComparison.Ordinal);
        Assert.Equal(2, harness.Entry.Protocol);
    }

    private static PipelineHarness Harness(string? signer, string? digest = null) => new(new FakePeerVerifier(_ =>
    {
        var peer = new FakeVerifiedPeer(PipelineHarness.Tool, digest ?? UpdateDigest);
        peer.SetSigner(signer);
        return VerificationResult.Verified(peer, attributable: true);
    }));

    private static void Register(PipelineHarness harness, Action<BinaryEntry> change)
    {
        harness.Register();
        harness.Change(config => change(config.RegisteredBinaries[0]));
    }

    private static async Task<string> AskAsync(PipelineHarness harness, string line = PipelineHarness.AskForSecret)
    {
        var connection = new FakePeerConnection();
        connection.Client.Send(Encoding.UTF8.GetBytes(line));
        Task serving = harness.ServeAsync(connection);
        string answer = await PipelineHarness.ReadLineAsync(connection);
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
        return answer;
    }
}
