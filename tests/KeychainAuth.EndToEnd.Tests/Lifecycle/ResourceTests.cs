using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>Connections leave nothing behind in the daemon, and idle ones take nothing from others.</summary>
[SupportedOSPlatform("linux")]
public sealed class ResourceTests
{
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Connections_TwoHundredProcesses_LeaveNoDescriptorAndNoProcess()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The daemon's descriptors can be counted by root only.");
        const int Connections = 200;
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--read", "demo");
        await ConnectAsync(daemon, relay, 20);
        int before = await SettledAsync(daemon, int.MaxValue);
        await ConnectAsync(daemon, relay, Connections);

        // A pin lives as long as its process: all of them are gone, so their descriptors must go too.
        int after = await SettledAsync(daemon, before);
        Assert.True(after <= before, $"{before} descriptors before, {after} after:\n{Descriptors(daemon)}");
        Assert.Equal("", (await Command.RunAsync("ps", ["--no-headers", "--ppid", daemon.ProcessId.ToString(CultureInfo.InvariantCulture)])).Output);
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connections_ThousandIdleOnes_LeaveAnHonestClientServed(bool isRegistered)
    {
        const int Idle = 1000;
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient honest = await daemon.ConnectRegisteredAsync("--read", "demo");
        string crowd = await daemon.CompileAsync("crowd");
        if (isRegistered)
        {
            await daemon.CliOkAsync("register", crowd);
        }

        using Process idle = Command.Start(crowd, [daemon.Socket, Idle.ToString(CultureInfo.InvariantCulture)], daemon.Environment);
        try
        {
            Assert.Equal($"ready {Idle}", await idle.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
            Assert.Contains("success", await honest.AskAsync(Read), StringComparison.Ordinal);
            for (int i = 0; i < 20; i++)
            {
                await using RelayClient fresh = daemon.Connect(honest.Executable);
                Assert.Contains("success", await fresh.AskAsync(Read), StringComparison.Ordinal);
            }

            Assert.False(idle.HasExited);
        }
        finally
        {
            idle.StandardInput.Close();
            await idle.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }

        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    private static async Task ConnectAsync(TestDaemon daemon, string relay, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await using RelayClient client = daemon.Connect(relay);
            Assert.Contains("success", await client.AskAsync(Read), StringComparison.Ordinal);
        }
    }

    // The daemon learns of an end when it looks next, which is up to it: asked until it has, or until time is up.
    private static async Task<int> SettledAsync(TestDaemon daemon, int wanted)
    {
        long start = Stopwatch.GetTimestamp();
        int count = Count(daemon);
        while ((count > wanted || count != Count(daemon)) && Stopwatch.GetElapsedTime(start) < Patience / 2)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            count = Count(daemon);
        }

        return count;
    }

    private static int Count(TestDaemon daemon) => Directory.GetFileSystemEntries(DirectoryOf(daemon)).Length;

    private static string Descriptors(TestDaemon daemon) =>
        string.Join('\n', new DirectoryInfo(DirectoryOf(daemon)).EnumerateFileSystemInfos().Select(fd => fd.LinkTarget));

    private static string DirectoryOf(TestDaemon daemon) => string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon.ProcessId}/fd");
}
