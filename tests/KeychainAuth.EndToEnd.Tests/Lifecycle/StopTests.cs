using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>A daemon that is told to stop leaves nothing behind and loses nothing.</summary>
[SupportedOSPlatform("linux")]
public sealed class StopTests
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Signal_IdleDaemon_LeavesNoSocketAndNoNote(string signal)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient idle = await daemon.ConnectRegisteredAsync("--read", "demo");
        Assert.True(File.Exists(daemon.Socket + ".instance"));
        await daemon.SignalAsync(signal);
        Assert.Equal(0, await daemon.WaitForExitAsync());
        Assert.False(File.Exists(daemon.Socket));
        Assert.False(File.Exists(daemon.Socket + ".instance"));
        Assert.Equal("", await idle.ReadToEndAsync());
        Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
        await daemon.CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Signal_BusyDaemon_KeepsWhatItAcknowledgedAndEnds()
    {
        const int Clients = 8;
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--write", "demo", "--read", "demo");
        var enough = new CountdownEvent(Clients * 3);
        Task<int>[] busy = [.. Enumerable.Range(0, Clients).Select(i => WriteUntilTheEndAsync(daemon, relay, i, enough))];
        await Task.Run(() => Assert.True(enough.Wait(TimeSpan.FromSeconds(60))), TestContext.Current.CancellationToken);
        Assert.Equal(0, await daemon.StopAsync());
        int[] acknowledged = await Task.WhenAll(busy).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.False(File.Exists(daemon.Socket));

        await daemon.StartProcessAsync();
        await using RelayClient client = daemon.Connect(relay);
        for (int i = 0; i < Clients; i++)
        {
            string answer = (await client.AskAsync($$"""{"type":"REQUEST","action":"read","service":"demo","targets":["c{{i}}"]}"""))!;
            int value = int.Parse(JsonDocument.Parse(answer).RootElement.GetProperty("results")[0].GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
            Assert.InRange(value, acknowledged[i], acknowledged[i] + 1);
        }

        await daemon.CliOkAsync("audit", "verify");
    }

    private static async Task<int> WriteUntilTheEndAsync(TestDaemon daemon, string relay, int number, CountdownEvent enough)
    {
        await using RelayClient client = daemon.Connect(relay);
        int acknowledged = 0;
        try
        {
            while (true)
            {
                string? answer = await client.AskAsync(
                    $$"""{"type":"REQUEST","action":"write","service":"demo","targets":["c{{number}}"],"values":["{{acknowledged + 1}}"]}""");
                if (answer is null)
                {
                    return acknowledged;
                }

                Assert.Equal(Success, answer);
                acknowledged++;
                if (acknowledged <= 3)
                {
                    enough.Signal();
                }
            }
        }
        catch (IOException)
        {
            // The relay ended, because the daemon did.
            return acknowledged;
        }
    }
}
