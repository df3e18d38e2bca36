using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class RequestPipelineTests
{
    private const string Hello = """{"type":"HELLO","protocol":2}""" + "\n";

    [Fact]
    public async Task ServeAsync_Hello_MarksTheEntry()
    {
        var peer = new FakeVerifiedPeer(PipelineHarness.Tool, PipelineHarness.Digest);
        using PipelineHarness harness = Create(peer);
        Assert.StartsWith("""{"type":"WELCOME","protocol":2""", await SayAsync(harness, Hello), StringComparison.Ordinal);
        Assert.Equal(2, harness.Entry.Protocol);
    }

    // Whoever took over the process since it connected must not be able to lock its version 1 clients out.
    [Fact]
    public async Task ServeAsync_HelloOfAProcessThatHasChanged_MarksNothing()
    {
        var peer = new FakeVerifiedPeer(PipelineHarness.Tool, PipelineHarness.Digest);
        using PipelineHarness harness = Create(peer);
        peer.Change();
        Assert.Contains("\"reason\":\"identity_changed\"", await SayAsync(harness, Hello), StringComparison.Ordinal);
        Assert.Null(harness.Entry.Protocol);
    }

    // A program that may do nothing could otherwise rotate the whole log away by naming many targets.
    [Fact]
    public async Task ServeAsync_RefusedRequestWithManyTargets_RecordsAFew()
    {
        using PipelineHarness harness = Create(new FakeVerifiedPeer(PipelineHarness.Tool, PipelineHarness.Digest));
        string targets = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"t{i}\""));
        string answer = await SayAsync(harness, """{"type":"REQUEST","action":"read","service":"other","targets":[""" + targets + "]}\n");

        Assert.Contains("\"reason\":\"service_not_allowed\"", answer, StringComparison.Ordinal);
        AuditRecord record = harness.Records()[^1];
        Assert.Equal(16, record.Targets!.Count);
        Assert.EndsWith("(984 more targets were named.)", record.Detail, StringComparison.Ordinal);
    }

    private static PipelineHarness Create(FakeVerifiedPeer peer)
    {
        var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)));
        harness.Register();
        return harness;
    }

    private static async Task<string> SayAsync(PipelineHarness harness, string line)
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
