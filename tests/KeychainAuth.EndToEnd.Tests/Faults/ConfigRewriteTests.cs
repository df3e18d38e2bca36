using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A tool that writes config.json in place, half by half, while requests are judged by it.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConfigRewriteTests(ITestOutputHelper output)
{
    private const int Rewrites = 100;

    [Fact]
    public async Task ConfigJson_RewrittenInPlaceDuringRequests_DeniesOrServesAndNeverMore()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));
        byte[] content = await File.ReadAllBytesAsync(daemon.ConfigFile, TestContext.Current.CancellationToken);

        Task rewriting = Task.Run(() => Rewrite(daemon.ConfigFile, content), TestContext.Current.CancellationToken);
        int served = 0;
        int denied = 0;
        do
        {
            string? answer = await client.AskAsync(Requests.Read("kept"));
            if (answer == Requests.Found("kept", "v"))
            {
                served++;
            }
            else
            {
                // Half a file is no policy; nothing is served by a guess, and the connection stays.
                Assert.Contains("policy", Requests.AssertError(answer, "internal_error"), StringComparison.Ordinal);
                denied++;
            }

            string? forbidden = await client.AskAsync(Requests.Read("kept").Replace("\"demo\"", "\"other\"", StringComparison.Ordinal));
            Assert.DoesNotContain("success", forbidden, StringComparison.Ordinal);
        }
        while (!rewriting.IsCompleted);

        await rewriting;
        output.WriteLine($"{served} served, {denied} denied during {Rewrites} rewrites");
        Assert.Equal(Requests.Found("kept", "v"), await client.AskAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    private static void Rewrite(string path, byte[] content)
    {
        for (int round = 0; round < Rewrites; round++)
        {
            using FileStream file = new(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(content.AsSpan(0, content.Length / 2));
            Thread.Yield();
            file.Write(content.AsSpan(content.Length / 2));
        }
    }
}
