using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>kill -9 at any point: of the daemon while it writes or starts, of the command line while it edits.</summary>
[SupportedOSPlatform("linux")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int ChecksEvery = 20;

    // Small files, so that some kills meet a rotation.
    private const string Config = """{"protocol_version":"1","registered_binaries":[],"limits":{"audit_max_bytes":65536,"audit_files":1000}}""";

    [Fact]
    public async Task Daemon_KilledAtAnyPoint_LosesNothingAcknowledged()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("KEYCHAIN_AUTH_TEST_KILLS") ?? "500", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("KEYCHAIN_AUTH_TEST_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        output.WriteLine($"{kills} kills, KEYCHAIN_AUTH_TEST_SEED={seed}");
        var random = new Random(seed);
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = Config });
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--write", "demo", "--read", "demo");
        string stranger = Copy(relay, "stranger");
        string[] programs = [.. Enumerable.Range(0, 5).Select(i => Copy(relay, $"program{i}"))];
        var writer = new BatchWriter(daemon, relay, new Random(seed + 1));
        var changer = new PolicyChanger(daemon, programs, new Random(seed + 2), killed: 0.25);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task changing = changer.RunAsync(stop.Token);
        for (int kill = 1; kill <= kills; kill++)
        {
            if (random.Next(10) == 0)
            {
                await KillWhileStartingAsync(daemon, random);
            }
            else
            {
                await KillWhileServingAsync(daemon, writer, stranger, random);
            }

            Assert.False(changing.IsFaulted, changing.Exception?.ToString());
            if (kill % ChecksEvery == 0)
            {
                writer.Check();
                CheckPending(daemon);
            }
        }

        await stop.CancelAsync();
        await changing.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        writer.Check();
        changer.Check();
        await daemon.StartProcessAsync();
        writer.Check();
        changer.Check();
        CheckPending(daemon);
        await CheckAuditAsync(daemon, writer);
        await CheckLeftOversAsync(daemon, relay);
        output.WriteLine($"{writer.Acknowledged} batches and {changer.Acknowledged} commands acknowledged, {changer.Killed} commands killed");
        Assert.True(writer.Acknowledged > kills / 2, "Hardly anything was written: the test has lost its point.");
        Assert.Equal(0, await daemon.StopAsync());
    }

    private static async Task KillWhileServingAsync(TestDaemon daemon, BatchWriter writer, string stranger, Random random)
    {
        await daemon.StartProcessAsync();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task writing = writer.RunAsync(first);
        await using RelayClient knocking = daemon.Connect(stranger);
        if (random.Next(4) > 0)
        {
            // Mostly in the midst of the writing; at times before anybody has been answered.
            await first.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 60), TestContext.Current.CancellationToken);
        await daemon.KillAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static async Task KillWhileStartingAsync(TestDaemon daemon, Random random)
    {
        using Process starting = Command.Start(Path.Combine(RepositoryPaths.Tree, "keychain-auth"), ["start"], daemon.Environment);
        await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 250), TestContext.Current.CancellationToken);
        starting.Kill();
        await starting.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(128 + 9, starting.ExitCode);
    }

    private static void CheckPending(TestDaemon daemon)
    {
        if (File.Exists(daemon.PendingFile))
        {
            using JsonDocument pending = JsonDocument.Parse(File.ReadAllBytes(daemon.PendingFile));
            Assert.Equal(JsonValueKind.Array, pending.RootElement.ValueKind);
        }
    }

    // Every acknowledged batch is in the log, whose records are whole, in order and without a gap from the first on.
    private static async Task CheckAuditAsync(TestDaemon daemon, BatchWriter writer)
    {
        using JsonDocument report = JsonDocument.Parse(await daemon.CliOkAsync("audit", "verify", "--json"));
        Assert.True(report.RootElement.GetProperty("intact").GetBoolean());
        string[] files = Directory.GetFiles(Path.GetDirectoryName(daemon.AuditFile)!, "audit.log*")
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
        JsonElement[] records = [.. files.SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(records.LongLength, report.RootElement.GetProperty("records").GetInt64());
        Assert.Equal(records.LongLength, records.Max(r => r.GetProperty("seq").GetInt64()));
        Assert.True(records.LongLength < 200 || files.Length > 1, "No rotation was met: the test has lost its point.");
        Assert.True(records.Count(r => r.GetProperty("action").GetString() == "write") >= writer.Acknowledged);
    }

    // Temporary files of the killed are gone once the next writer has been there.
    private static async Task CheckLeftOversAsync(TestDaemon daemon, string relay)
    {
        await daemon.CliOkAsync("allow", relay, "--read", "last");
        await using (RelayClient client = daemon.Connect(relay))
        {
            Assert.Equal(
                """{"type":"RESPONSE","status":"success"}""",
                await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["last"],"values":["x"]}"""));
        }

        Assert.Equal(["keyring.json", "keyring.json.lock"], Names(Path.GetDirectoryName(daemon.Keyring)!));
        Assert.DoesNotContain(Names(Path.GetDirectoryName(daemon.ConfigFile)!), name => name.StartsWith("config.json.", StringComparison.Ordinal) && name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static string[] Names(string directory) => [.. Directory.GetFiles(directory).Select(file => Path.GetFileName(file)).Order()];

    private static string Copy(string program, string name) => ProgramFile.Copy(program, Path.Combine(Path.GetDirectoryName(program)!, name));
}
