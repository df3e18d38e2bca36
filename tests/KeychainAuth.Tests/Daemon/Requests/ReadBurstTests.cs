using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>Requests that a client sends without waiting: answered in order, each recorded, and none judged less.</summary>
public sealed class ReadBurstTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(200)]
    public async Task ServeAsync_ReadsSentAtOnce_AreAnsweredInOrderAndAllRecorded(int count)
    {
        var peer = new LookedAtPeer();
        using PipelineHarness harness = Create(peer, new StandingTime());
        string[] answers = await SayAsync(harness, [.. Enumerable.Range(0, count).Select(n => Read("demo", $"k{n}", n))]);
        Assert.Equal(Enumerable.Range(0, count).Select(n => $$"""{"type":"RESPONSE","status":"success","id":{{n}}}"""), answers);
        AuditRecord[] granted = [.. harness.Records().Where(r => r.Result == AuditResult.Granted)];
        Assert.Equal(Enumerable.Range(0, count).Select(n => $"k{n}"), granted.Select(r => Assert.Single(r.Targets!)));
        Assert.InRange(peer.FullLooks, 1, count);
    }

    [Fact]
    public async Task ServeAsync_ReadsSentAtOnce_AreLookedAtTogether()
    {
        var peer = new LookedAtPeer();
        using PipelineHarness harness = Create(peer, new StandingTime());
        await SayAsync(harness, [.. Enumerable.Range(0, 10).Select(n => Read("demo", "k", n))]);
        Assert.Equal((1, 1), (peer.FullLooks, peer.ImageLooks));
    }

    // A debugger, or code, may come while a store takes its time: then the look before the answer is a full one again.
    [Fact]
    public async Task ServeAsync_TimeHasPassedSinceTheLook_LooksInFullAgain()
    {
        var peer = new LookedAtPeer();
        using PipelineHarness harness = Create(peer, new RushingTime());
        await SayAsync(harness, [Read("demo", "k", 1)]);
        Assert.Equal((2, 0), (peer.FullLooks, peer.ImageLooks));
    }

    [Fact]
    public async Task ServeAsync_OneOfThemForbidden_GetsItsOwnRefusalAndTheOthersAreServedOnce()
    {
        using PipelineHarness harness = Create(new LookedAtPeer());
        string[] answers = await SayAsync(harness, [Read("demo", "a", 1), Read("other", "b", 2), Read("demo", "c", 3)]);
        Assert.Equal("""{"type":"RESPONSE","status":"success","id":1}""", answers[0]);
        Assert.Contains("\"reason\":\"service_not_allowed\",\"id\":2", answers[1], StringComparison.Ordinal);
        Assert.Equal("""{"type":"RESPONSE","status":"success","id":3}""", answers[2]);
        Assert.Equal(["GRANTED a", "DENIED b", "GRANTED c"], harness.Records().Where(r => r.Targets is not null).Select(r => $"{r.Result} {r.Targets![0]}"));
    }

    [Fact]
    public async Task ServeAsync_SomethingElseBehindReads_IsServedInItsTurn()
    {
        using PipelineHarness harness = Create(new LookedAtPeer());
        string[] answers = await SayAsync(
            harness,
            [
                Read("demo", "a", 1),
                """{"type":"REQUEST","action":"check"}""",
                Read("demo", "b", 2),
                """{"type":"REQUEST","action":"write","service":"demo","targets":["a"],"values":["v"]}""",
                Read("demo", "c", 3),
                """{"type":"REQUEST","action":"read","service":"demo","targets":[]}""",
                Read("demo", "d", 4),
                "not json",
                Read("demo", "never", 5),
            ]);
        Assert.Equal(8, answers.Length);
        Assert.Contains("\"target\":\"demo\"", answers[1], StringComparison.Ordinal);
        Assert.Contains("service_not_allowed", answers[3], StringComparison.Ordinal);
        Assert.Contains("malformed_request", answers[5], StringComparison.Ordinal);
        Assert.EndsWith("\"id\":4}", answers[6], StringComparison.Ordinal);
        Assert.Contains("malformed_request", answers[7], StringComparison.Ordinal);
        Assert.DoesNotContain(harness.Records(), r => r.Targets?.Contains("never") == true);
    }

    [Fact]
    public async Task ServeAsync_ProcessHasChanged_NoneOfThemIsServed()
    {
        var peer = new LookedAtPeer { IsChanged = true };
        using PipelineHarness harness = Create(peer);
        string[] answers = await SayAsync(harness, [Read("demo", "a", 1), Read("demo", "b", 2)]);
        Assert.Contains("identity_changed", Assert.Single(answers), StringComparison.Ordinal);
        Assert.DoesNotContain(harness.Records(), r => r.Result == AuditResult.Granted);
    }

    // Between the look before and the one after: nothing of the burst leaves.
    [Fact]
    public async Task ServeAsync_ProcessChangesMeanwhile_NothingIsAnswered()
    {
        var peer = new LookedAtPeer { ChangesAfterFirstLook = true };
        using PipelineHarness harness = Create(peer);
        string[] answers = await SayAsync(harness, [Read("demo", "a", 1), Read("demo", "b", 2)]);
        Assert.Contains("identity_changed", Assert.Single(answers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeAsync_UnapprovedCodeComesMeanwhile_NothingIsAnswered()
    {
        var peer = new LookedAtPeer { CodeComesAfterFirstLook = true };
        using PipelineHarness harness = Create(peer, new StandingTime());
        string[] answers = await SayAsync(harness, [Read("demo", "a", 1)]);
        Assert.Contains("unregistered_binary_pending_approval", Assert.Single(answers), StringComparison.Ordinal);
    }

    private static string Read(string service, string target, int id) =>
        $$"""{"type":"REQUEST","action":"read","service":"{{service}}","targets":["{{target}}"],"id":{{id}}}""";

    private static PipelineHarness Create(VerifiedPeer peer, TimeProvider? time = null)
    {
        var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)), time);
        harness.Register();
        return harness;
    }

    /// <returns>All that was answered until the end, as lines.</returns>
    private static async Task<string[]> SayAsync(PipelineHarness harness, string[] lines)
    {
        var connection = new FakePeerConnection();
        connection.Client.Send(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        connection.Client.ShutdownSend();
        Task serving = harness.ServeAsync(connection);
        await PipelineHarness.EndAsync(serving);
        var answers = new StringBuilder();
        byte[] buffer = new byte[64 * 1024];
        for (int count; (count = await connection.Client.ReceiveAsync(buffer, TestContext.Current.CancellationToken)) > 0;)
        {
            answers.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return answers.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Counts the looks, and changes when a test wants it.</summary>
    private sealed class LookedAtPeer : VerifiedPeer
    {
        private CodeInventory _code = CodeInventory.Empty;

        internal int FullLooks { get; private set; }

        internal int ImageLooks { get; private set; }

        internal bool IsChanged { get; set; }

        internal bool ChangesAfterFirstLook { get; init; }

        internal bool CodeComesAfterFirstLook { get; init; }

        public override string ExecutablePath => PipelineHarness.Tool;

        public override string Sha256 => PipelineHarness.Digest;

        public override CodeInventory Code => _code;

        public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
        {
            FullLooks++;
            bool answer = !IsChanged;
            IsChanged |= ChangesAfterFirstLook;
            return ValueTask.FromResult(answer);
        }

        public override ValueTask<bool> IsSameImageAsync(CancellationToken cancellationToken)
        {
            ImageLooks++;
            if (CodeComesAfterFirstLook)
            {
                _code = new CodeInventory([], HasAnonymousCode: true);
            }

            return ValueTask.FromResult(!IsChanged);
        }
    }

    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>Two milliseconds pass between any two looks at it.</summary>
    private sealed class RushingTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimestampFrequency / 500;
    }
}
