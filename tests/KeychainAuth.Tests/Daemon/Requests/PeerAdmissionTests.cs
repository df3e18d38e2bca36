using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

/// <summary>Strangers whose verification takes long must not stand in the way of programs that are known.</summary>
public sealed class PeerAdmissionTests
{
    private readonly TimerTime _time = new();

    [Fact]
    public async Task AdmitAsync_SlowLaneIsFullAndPeerIsKnownAtOnce_IsServed()
    {
        using var harness = new PipelineHarness(new FakePeerVerifier(PipelineHarness.Tool, PipelineHarness.Digest), _time);
        harness.Register();
        FillSlowLane(harness);

        await AssertServedAsync(harness, new FakePeerConnection());
    }

    [Fact]
    public async Task AdmitAsync_SlowLaneIsFullAndPeerIsKnownInTime_IsServed()
    {
        var verifier = new PendingVerifier();
        using var harness = new PipelineHarness(verifier, _time);
        harness.Register();
        FillSlowLane(harness);
        var connection = new FakePeerConnection();
        connection.Client.Send(Encoding.UTF8.GetBytes(PipelineHarness.AskForSecret));
        Task serving = harness.ServeAsync(connection);
        verifier.Complete();

        Assert.Contains("success", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
    }

    [Fact]
    public async Task AdmitAsync_VerificationIsSlowAndSlowLaneIsFull_IsGivenUpAndRefusedBusy()
    {
        var verifier = new PendingVerifier();
        using var harness = new PipelineHarness(verifier, _time);
        harness.Register();
        FillSlowLane(harness);
        var connection = new FakePeerConnection();
        Task serving = harness.ServeAsync(connection);
        _time.Fire();

        Assert.Contains("\"reason\":\"busy\"", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        await PipelineHarness.EndAsync(serving);
        Assert.True(verifier.IsCancelled);
        Assert.Equal("busy", Assert.Single(harness.Records()).Reason);
    }

    [Fact]
    public async Task AdmitAsync_VerificationIsSlowAndSlowLaneHasRoom_TakesAPlaceUntilItIsVerified()
    {
        var verifier = new PendingVerifier();
        using var harness = new PipelineHarness(verifier, _time);
        harness.Register();
        Assert.True(harness.Limiter.TryEnter());
        var connection = new FakePeerConnection();
        connection.Client.Send(Encoding.UTF8.GetBytes(PipelineHarness.AskForSecret));
        Task serving = harness.ServeAsync(connection);
        _time.Fire();

        // The continuation of a timer runs on the pool; the place is taken there.
        await Waiting.UntilAsync(() => harness.Limiter.IsSlowLaneFull);
        verifier.Complete();

        Assert.Contains("success", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        Assert.True(harness.Limiter.TryEnter(), "An admitted connection must not keep its place among those being verified.");
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
    }

    private static void FillSlowLane(PipelineHarness harness)
    {
        while (harness.Limiter.TryEnter())
        {
        }
    }

    private static async Task AssertServedAsync(PipelineHarness harness, FakePeerConnection connection)
    {
        connection.Client.Send(Encoding.UTF8.GetBytes(PipelineHarness.AskForSecret));
        Task serving = harness.ServeAsync(connection);
        Assert.Contains("success", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
    }

    /// <summary>Takes until a test says so.</summary>
    private sealed class PendingVerifier : IPeerVerifier
    {
        private readonly TaskCompletionSource<VerificationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IsCancelled { get; private set; }

        public async ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
        {
            try
            {
                return await _result.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                IsCancelled = true;
                throw;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        internal void Complete() => _result.SetResult(
            VerificationResult.Verified(new FakeVerifiedPeer(PipelineHarness.Tool, PipelineHarness.Digest), attributable: true));
    }
}
