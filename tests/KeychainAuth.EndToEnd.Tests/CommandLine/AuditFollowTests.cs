using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary><c>audit --follow</c> shows each record once, across rotations, until it is told to end.</summary>
[SupportedOSPlatform("linux")]
public sealed class AuditFollowTests
{
    private const int Parts = 12;
    private const int PartSize = 10;
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Follow_LogIsRotated_ShowsEachRecordOnceAndEndsAtASignal(string signal)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions
        {
            ConfigJson = """{"protocol_version":"1","limits":{"audit_max_bytes":65536,"audit_files":50}}""",
        });
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--search");
        string targets = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"{new string('t', 100)}{i}\""));

        // Whoever starts the tests in the background of a script has them ignore SIGINT, and all their children.
        using Process follow = Command.Start(
            "env", ["--default-signal=INT", Path.Combine(RepositoryPaths.Tree, "keychain-auth"), "audit", "--follow", "--json", "-n", "0"], daemon.Environment);
        try
        {
            // What is written before it looks for the first time is not its business: the first record it shows is where it
            // began. These records are small, so that the log is not rotated meanwhile.
            var shown = new List<long>();
            Task reading = ReadAsync(follow, shown);
            await Waiting.UntilAsync(async () =>
            {
                Assert.Equal(Success, await client.AskAsync("""{"type":"REQUEST","action":"search","service":"demo","targets":[]}"""));
                return Last(shown) > 0;
            });

            // It is to keep up: a file that is made and rotated away between two of its looks it cannot show.
            for (int part = 0; part < Parts; part++)
            {
                for (int i = 0; i < PartSize; i++)
                {
                    Assert.Equal(Success, await client.AskAsync($$"""{"type":"REQUEST","action":"read","service":"demo","targets":[{{targets}}]}"""));
                }

                long last = daemon.AuditRecords()[^1].GetProperty("seq").GetInt64();
                await Waiting.UntilAsync(() => Task.FromResult(Last(shown) >= last));
            }

            Assert.True(File.Exists(daemon.AuditFile + ".2"), "The log was not rotated: the test has lost its point.");
            await Signals.SendAsync(follow.Id, signal);
            await follow.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            await reading.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Contains(follow.ExitCode, (int[])[0, 128 + 2, 128 + 15]);
            Assert.Equal("", await follow.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Enumerable.Range(0, shown.Count).Select(i => shown[0] + i), shown);
        }
        finally
        {
            follow.Kill();
            await follow.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }
    }

    private static async Task ReadAsync(Process follow, List<long> shown)
    {
        while (await follow.StandardOutput.ReadLineAsync() is { } line)
        {
            using JsonDocument record = JsonDocument.Parse(line);
            lock (shown)
            {
                shown.Add(record.RootElement.GetProperty("seq").GetInt64());
            }
        }
    }

    private static long Last(List<long> shown)
    {
        lock (shown)
        {
            return shown.LastOrDefault();
        }
    }
}
