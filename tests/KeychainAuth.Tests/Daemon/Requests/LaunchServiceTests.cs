using System.Text;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class LaunchServiceTests
{
    private const string Launch = """{"type":"LAUNCH","protocol":1}""" + "\n";
    private const string Granted = """{"type":"LAUNCH_GRANTED"}""" + "\n";

    private static readonly CodeFile Script = new("/opt/script.py", new string('b', 64), 0);

    [Fact]
    public async Task Launch_OfARegisteredProgram_IsGrantedAndSeenToTheEnd()
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest);
        using var harness = new PipelineHarness(launcher);
        harness.Register();
        Assert.Equal(Granted, await SayAsync(harness, Launch));
        Assert.Equal(["granted", "completed", "disposed"], launcher.Events);
        await Waiting.UntilAsync(() => Assert.Single(launcher.Passed).IsClosed);
        AuditRecord record = Assert.Single(harness.Records());
        Assert.Equal((AuditAction.Launch, AuditResult.Granted, PipelineHarness.Tool), (record.Action, record.Result, record.BinaryPath));
    }

    [Fact]
    public async Task Launch_OfAStranger_IsQueuedAndSaidSo()
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest);
        using var harness = new PipelineHarness(launcher);
        string answer = await SayAsync(harness, Launch);
        Assert.Contains("\"reason\":\"unregistered_binary_pending_approval\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"/opt/tool waits for approval", answer, StringComparison.Ordinal);
        Assert.Equal(["disposed"], launcher.Events);
        await Waiting.UntilAsync(() => Assert.Single(launcher.Passed).IsClosed);
        PendingEntry waiting = Assert.Single(harness.Waiting);
        Assert.Equal((PipelineHarness.Tool, "launcher tool", null), (waiting.Path, waiting.CommandLine, waiting.Script));
        Assert.Equal((AuditAction.Launch, AuditResult.Denied), (harness.Records()[^1].Action, harness.Records()[^1].Result));
    }

    [Fact]
    public async Task Launch_OfAScript_IsAboutThePair()
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest) { Script = Script };
        using var harness = new PipelineHarness(launcher);

        // The interpreter alone is another identity.
        harness.Register();
        Assert.Contains("/opt/script.py waits", await SayAsync(harness, Launch), StringComparison.Ordinal);
        Assert.Equal((Script.Path, "sha256:" + Script.Sha256), (harness.Waiting[0].Script!.Path, harness.Waiting[0].Script!.Hash));
        harness.Register(entry => entry.Script = new CodeFileEntry { Path = Script.Path, Hash = "sha256:" + Script.Sha256 });
        Assert.Equal(Granted, await SayAsync(harness, Launch));
        Assert.Equal(Script.Path, harness.Records()[^1].ScriptPath);
    }

    [Fact]
    public async Task Launch_ThatComesToNothing_IsRecorded()
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest) { NotLaunched = "It runs something else." };
        using var harness = new PipelineHarness(launcher);
        harness.Register();
        Assert.Equal(Granted, await SayAsync(harness, Launch));
        AuditRecord record = harness.Records()[^1];
        Assert.Equal((AuditResult.Error, "not_launched", "It runs something else."), (record.Result, record.Reason, record.Detail));
    }

    [Theory]
    [InlineData(VerificationRefusal.Unverifiable, "identity_unverified")]
    [InlineData(VerificationRefusal.FileSystemNotTrusted, "filesystem_not_trusted")]
    public async Task Launch_OfWhatCannotBeVouchedFor_IsRefused(VerificationRefusal kind, string reason)
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest) { Refusal = (kind, "It is odd.") };
        using var harness = new PipelineHarness(launcher);
        harness.Register();
        string answer = await SayAsync(harness, Launch);
        Assert.Contains($"\"reason\":\"{reason}\"", answer, StringComparison.Ordinal);
        Assert.Contains("It is odd.", answer, StringComparison.Ordinal);
        Assert.Empty(launcher.Events);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("""{"type":"LAUNCH","protocol":1}""")]
    [InlineData("""{"type":"LAUNCH","protocol":2}""" + "\n")]
    [InlineData("""{"type":"LAUNCH"}""" + "\n")]
    [InlineData(Launch + "\n")]
    [InlineData(Launch + Launch)]
    [InlineData("""{"type":"HELLO","protocol":2}""" + "\n")]
    [InlineData(PipelineHarness.AskForSecret)]
    public async Task Launcher_ThatSaysAnythingElse_IsRefused(string line)
    {
        var launcher = new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest);
        using var harness = new PipelineHarness(launcher);
        harness.Register();
        Assert.Contains("malformed_request", await SayAsync(harness, line), StringComparison.Ordinal);
        Assert.Empty(launcher.Passed);
        Assert.Empty(launcher.Events);
    }

    [Fact]
    public async Task Launcher_OverATransportWithoutFiles_IsSaidSo()
    {
        using var harness = new PipelineHarness(new FakeLauncher(PipelineHarness.Tool, PipelineHarness.Digest));
        var connection = new FakePeerConnection();
        Task serving = harness.ServeAsync(connection);
        Assert.Contains("transport-uds", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
    }

    [Fact]
    public async Task Launch_AskedForByAnybodyElse_IsRefused()
    {
        using var harness = new PipelineHarness(new FakePeerVerifier(PipelineHarness.Tool, PipelineHarness.Digest));
        harness.Register();
        Assert.Contains("identity_unverified", await SayAsync(harness, Launch), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, null, "\"reason\":\"launch_required\"")]
    [InlineData(true, false, "required", "keychain-auth exec -- /opt/tool")]
    [InlineData(true, false, "optional", "\"status\":\"success\"")]
    [InlineData(true, true, null, "\"status\":\"success\"")]
    [InlineData(false, false, null, "\"status\":\"success\"")]
    [InlineData(false, false, "required", "\"status\":\"success\"")]
    public async Task Request_WhereLaunchesAreDemanded_NeedsOne(bool demands, bool isLaunched, string? launch, string expected)
    {
        var peer = new FakeLaunchedPeer(PipelineHarness.Tool, PipelineHarness.Digest, isLaunched);
        using var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)), demandsLaunch: demands);
        harness.Register(entry => entry.Launch = launch);
        Assert.Contains(expected, await SayAsync(harness, PipelineHarness.AskForSecret), StringComparison.Ordinal);
    }

    /// <summary>Approved or not: such a file can be overwritten under a program that is otherwise closed.</summary>
    [Theory]
    [InlineData(true, "required", "launch_required")]
    [InlineData(true, "optional", "\"status\":\"success\"")]
    [InlineData(false, null, "\"status\":\"success\"")]
    public async Task Request_OfALaunchedProgramWithCodeThatIsNotRoots_IsServedOnlyWhereItNeedNotBeLaunched(bool demandsLaunch, string? launch, string expected)
    {
        var library = new CodeFile("/home/alice/lib.so", new string('c', 64), 1000);
        var peer = new FakeLaunchedPeer(PipelineHarness.Tool, PipelineHarness.Digest, isLaunched: true) { Beside = new CodeInventory([library], HasAnonymousCode: false) };
        using var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)), demandsLaunch: demandsLaunch);
        harness.Register(entry =>
        {
            entry.Launch = launch;
            entry.Files = [new CodeFileEntry { Path = library.Path, Hash = "sha256:" + library.Sha256 }];
        });
        Assert.Contains(expected, await SayAsync(harness, PipelineHarness.AskForSecret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OnAnOpenConnectionWhenLaunchingIsDemanded_IsNotServedAnyMore()
    {
        var peer = new FakeLaunchedPeer(PipelineHarness.Tool, PipelineHarness.Digest, isLaunched: false);
        using var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)), demandsLaunch: true);
        harness.Register(entry => entry.Launch = "optional");
        var connection = new FakePeerConnection();
        Task serving = harness.ServeAsync(connection);
        connection.Client.Send(Encoding.UTF8.GetBytes(PipelineHarness.AskForSecret));
        Assert.Contains("\"status\":\"success\"", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        harness.Change(config => config.RegisteredBinaries[0].Launch = "required");
        connection.Client.Send(Encoding.UTF8.GetBytes(PipelineHarness.AskForSecret));
        Assert.Contains("launch_required", await PipelineHarness.ReadLineAsync(connection), StringComparison.Ordinal);
        connection.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
    }

    /// <summary>Made before the launch, perhaps by somebody else in the same process.</summary>
    [Theory]
    [InlineData(PipelineHarness.AskForSecret, "reconnect_required")]
    [InlineData("""{"type":"HELLO","protocol":2}""" + "\n", "RECONNECT")]
    public async Task Request_OfALaunchedProgramOnAnOlderConnection_IsNotServed(string line, string expected)
    {
        var peer = new FakeLaunchedPeer(PipelineHarness.Tool, PipelineHarness.Digest, isLaunched: true);
        using var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: false)), demandsLaunch: true);
        harness.Register();
        Assert.Contains(expected, await SayAsync(harness, line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OfALaunchedScript_IsJudgedByThePairsEntry()
    {
        var peer = new FakeLaunchedPeer(PipelineHarness.Tool, PipelineHarness.Digest, isLaunched: true, Script);
        using var harness = new PipelineHarness(new FakePeerVerifier(_ => VerificationResult.Verified(peer, attributable: true)), demandsLaunch: true);
        harness.Register();
        Assert.Contains("unregistered", await SayAsync(harness, PipelineHarness.AskForSecret), StringComparison.Ordinal);
        harness.Register(entry => entry.Script = new CodeFileEntry { Path = Script.Path, Hash = "sha256:" + Script.Sha256 });
        Assert.Contains("success", await SayAsync(harness, PipelineHarness.AskForSecret), StringComparison.Ordinal);
    }

    private static async Task<string> SayAsync(PipelineHarness harness, string line)
    {
        var inner = new FakePeerConnection();
        var connection = new FakeLaunchConnection(inner);
        inner.Client.Send(Encoding.UTF8.GetBytes(line));
        if (line.Length == 0)
        {
            inner.Client.ShutdownSend();
        }

        Task serving = harness.ServeAsync(connection);
        string answer = await PipelineHarness.ReadLineAsync(inner);
        inner.Client.Dispose();
        await PipelineHarness.EndAsync(serving);
        return answer;
    }
}
