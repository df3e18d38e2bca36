using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>Descriptors and memory run out.</summary>
[SupportedOSPlatform("linux")]
public sealed class ExhaustionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Descriptors_CrowdTakesThemAll_DaemonServesAgainWhenItIsGone()
    {
        const int Crowd = 400;
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Launcher = ["prlimit", "--nofile=256:256", "--"] });
        await daemon.StartProcessAsync();
        await using RelayClient kept = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await kept.AskAsync(Requests.Write("kept", "v")));
        string crowd = await daemon.CompileAsync("crowd");
        await daemon.CliOkAsync("register", crowd);
        using (Process all = Command.Start(crowd, [daemon.Socket, Crowd.ToString(CultureInfo.InvariantCulture)], daemon.Environment))
        {
            try
            {
                // Those that do not fit wait in the kernel's queue, so the crowd may not be complete; the connection that
                // stands is served all the same.
                await daemon.WaitForOutputAsync("No connection can be accepted").WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.Equal(Requests.Found("kept", "v"), await kept.AskAsync(Requests.Read("kept")));
            }
            finally
            {
                all.Kill();
                await all.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            }
        }

        await using RelayClient fresh = daemon.Connect(kept.Executable);
        Assert.Equal(Requests.Success, await fresh.AskAsync(Requests.Write("later", "w")));
        Assert.Equal(Requests.Found("kept", "v"), await fresh.AskAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    // Many clients send as much as one request may hold. Within its limit the daemon serves them or says why not; should
    // the kernel kill it for going beyond, nothing acknowledged is lost and the next start serves.
    [Fact]
    public async Task Memory_LimitedAndLargeRequests_LoseNothingAcknowledged()
    {
        const int Clients = 24;
        using MemoryLimit limit = await MemoryLimit.CreateAsync(128);
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Launcher = limit.Launcher });
        await daemon.StartProcessAsync();
        await using RelayClient first = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await first.AskAsync(Requests.Write("kept", "v")));

        string large = new('x', 900_000);
        var clients = new List<RelayClient>();
        try
        {
            clients.AddRange(Enumerable.Range(0, Clients).Select(_ => daemon.Connect(first.Executable)));
            bool?[] acknowledged = await Task.WhenAll(clients.Select((client, index) => WriteAsync(client, $"large{index % 4}", large)));
            if (acknowledged.Contains(null) || daemon.HasExited)
            {
                // Its connections may end before it can be waited for.
                await daemon.WaitForExitAsync();
                await daemon.StartProcessAsync();
            }

            await using RelayClient after = daemon.Connect(first.Executable);
            Assert.Equal(Requests.Found("kept", "v"), await after.AskAsync(Requests.Read("kept")));
            foreach (int index in Enumerable.Range(0, Clients).Where(index => acknowledged[index] == true).Select(index => index % 4).Distinct())
            {
                Assert.Equal(Requests.Found($"large{index}", large), await after.AskAsync(Requests.Read($"large{index}")));
            }

            await daemon.CliOkAsync("audit", "verify");
            Assert.Equal(0, await daemon.StopAsync());
        }
        finally
        {
            foreach (RelayClient client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    /// <returns>Whether the write was acknowledged; a refusal must have a reason. Null where the connection ended: with the daemon.</returns>
    private static async Task<bool?> WriteAsync(RelayClient client, string target, string value)
    {
        try
        {
            string? answer = await client.AskAsync(Requests.Write(target, value));
            if (answer is not null && answer != Requests.Success)
            {
                Requests.AssertError(answer, "busy", "internal_error", "store_unavailable", "value_too_large");
            }

            return answer is null ? null : answer == Requests.Success;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
