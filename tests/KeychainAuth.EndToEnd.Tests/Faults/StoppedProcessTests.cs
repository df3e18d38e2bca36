using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
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

        await StopAsync(daemon.ProcessId);
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
        await using RelayClient slow = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        await using RelayClient other = daemon.Connect(slow.Executable);

        // In one piece: the answer to the first says that the beginning of the second has come, too.
        await slow.SendAsync(Requests.Write("kept", "v") + "\n" + """{"type":"REQUEST","action":""");
        Assert.Equal(Requests.Success, await slow.ReadLineAsync());
        await StopAsync(slow.ProcessId);

        // Asked until the daemon has given up on the other one, which it records.
        var clock = Stopwatch.StartNew();
        while (!daemon.AuditRecords("busy").Any())
        {
            Assert.True(clock.Elapsed < Patience, "The daemon has not given up on the client that was stopped.");
            Assert.Equal(Requests.Found("kept", "v"), await other.AskAsync(Requests.Read("kept")));
        }

        await SignalAsync(slow.ProcessId, "CONT");
        Assert.Contains("\"busy\"", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        await using RelayClient again = daemon.Connect(slow.Executable);
        Assert.Equal(Requests.Found("kept", "v"), await again.AskAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
    }

    private static async Task StopAsync(int processId)
    {
        await SignalAsync(processId, "STOP");
        string status = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        while (!(await File.ReadAllTextAsync(status, TestContext.Current.CancellationToken)).Contains("State:\tT", StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    private static async Task SignalAsync(int processId, string signal)
    {
        CommandResult result = await Command.RunAsync("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
