using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>SIGSTOP and SIGCONT: of the daemon, and of clients in the midst of a line.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoppedProcessTests
{
    private const string ShortDeadline = """{"protocol_version":"1","registered_binaries":[],"limits":{"request_timeout_seconds":1}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Daemon_StoppedAndContinued_AnswersAllThatCameMeanwhile()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient old = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await old.AskAsync(Requests.Write("kept", "v")));

        await daemon.FreezeAsync();
        Task<string?> waiting = old.AskAsync(Requests.Write("late", "w"));
        await using RelayClient fresh = daemon.Connect(old.Executable);
        Task<string?> alsoWaiting = fresh.AskAsync(Requests.Read("kept"));
        Assert.False(waiting.IsCompleted || alsoWaiting.IsCompleted);

        await daemon.SignalAsync("CONT");
        Assert.Equal(Requests.Success, await waiting);
        Assert.Equal(Requests.Found("kept", "v"), await alsoWaiting);
        Assert.Equal(Requests.Found("late", "w"), await fresh.AskAsync(Requests.Read("late")));
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Client_StoppedInALine_IsToldItWasLateAndHoldsUpNobody()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = ShortDeadline });
        await using RelayClient other = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await other.AskAsync(Requests.Write("kept", "v")));
        await using Speaker slow = await Speaker.ConnectAsync(daemon, await Speaker.RegisterAsync(daemon, "--read", "demo"));
        Assert.Equal(Requests.Found("kept", "v"), await slow.RequestAsync(Requests.Read("kept")));

        // The daemon's clock runs from the moment it reads the beginning of the line: that has to be after the client's stop.
        await daemon.FreezeAsync();
        await slow.DoAsync("flood 20");
        await Signals.FreezeAsync(slow.ProcessId);
        await daemon.SignalAsync("CONT");

        // Asked until the daemon has given up on the other one, which it records.
        var clock = Stopwatch.StartNew();
        while (!daemon.AuditRecords("busy").Any())
        {
            Assert.True(clock.Elapsed < Patience, "The daemon has not given up on the client that was stopped.");
            Assert.Equal(Requests.Found("kept", "v"), await other.AskAsync(Requests.Read("kept")));
        }

        await Signals.SendAsync(slow.ProcessId, "CONT");
        Assert.Contains("\"busy\"", await slow.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await slow.ReceiveAsync());
        await slow.DoAsync("connect");
        Assert.Equal(Requests.Found("kept", "v"), await slow.RequestAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
    }
}
