using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using KeychainAuth.Tests.Support;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Records;

/// <summary>pending.json: what waits for a person, and that junk cannot push it out.</summary>
[SupportedOSPlatform("linux")]
public sealed class PendingQueueTests
{
    private const int MostPerDirectory = 10;
    private const int Most = 100;

    [Fact]
    public async Task Knock_ManyProgramsOfOneDirectory_TenKeptAndTheFirstStay()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        string[] programs = await KnockAsync(daemon, relay, "junk", MostPerDirectory + 3);
        string[] elsewhere = await KnockAsync(daemon, relay, "other", 1);

        Assert.Equal([.. programs[..MostPerDirectory], .. elsewhere], Waiting(daemon).Select(PathOf));
        Assert.Equal(MostPerDirectory + 4, daemon.AuditRecords("unregistered_binary_pending_approval").Count());
    }

    [Fact]
    public async Task Knock_ManyProgramsOfManyDirectories_HundredKeptAndTheFirstStay()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        string[] awaited = await KnockAsync(daemon, relay, "awaited", 1);
        List<string> junk = [];
        for (int directory = 0; directory < Most / MostPerDirectory + 1; directory++)
        {
            junk.AddRange(await KnockAsync(daemon, relay, $"junk-{directory}", MostPerDirectory));
        }

        Assert.Equal([.. awaited, .. junk[..(Most - 1)]], Waiting(daemon).Select(PathOf));
        Assert.Equal(junk.Count + 1, daemon.AuditRecords("unregistered_binary_pending_approval").Count());

        // The one that a person waits for can be approved all the same.
        await daemon.CliOkAsync("approve", Hash(relay), awaited[0]);
        Assert.DoesNotContain(awaited[0], Waiting(daemon).Select(PathOf));
    }

    [Fact]
    public async Task Knock_ArgumentsThatLookLikeSecrets_Masked()
    {
        string[] arguments =
        [
            "--verbose", "--token=tok-in-the-clear", "--password", "pass-in-the-clear", "API_KEY=key-in-the-clear",
            "https://user:url-in-the-clear@host/", "sk-live-In0The0Clear", "Q2xlYXIgdGV4dCBpbiBiYXNlNjQgMDEyMzQ1Njc4OQ==", "build/output",
        ];
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using Speaker stranger = await Speaker.StartAsync(daemon, await Speaker.CompileAsync(daemon), arguments);
        await stranger.DoAsync("connect");
        Assert.Equal(Unregistered, await stranger.ReceiveAsync());

        string commandLine = Assert.Single(Waiting(daemon)).GetProperty("command_line").GetString()!;
        Assert.Equal(
            $"{stranger.Executable} {daemon.Socket} --verbose --token=*** --password *** API_KEY=*** https://user:***@host/ *** *** build/output", commandLine);
        string everything = await File.ReadAllTextAsync(daemon.PendingFile, TestContext.Current.CancellationToken)
            + await File.ReadAllTextAsync(daemon.AuditFile, TestContext.Current.CancellationToken) + daemon.Output;
        Assert.DoesNotContain("clear", everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(arguments[7], everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knock_DeniedProgram_RefusedAndAuditedAndNotQueuedAgain()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        await KnockAsync(daemon, relay);
        Assert.Equal(relay, PathOf(Assert.Single(Waiting(daemon))));
        await daemon.CliOkAsync("deny", Hash(relay));

        await KnockAsync(daemon, relay);
        Assert.Empty(Waiting(daemon));
        Assert.Equal(
            ["This program is not registered.", "A person has denied this program; it is not queued again."],
            daemon.AuditRecords("unregistered_binary_pending_approval").Select(r => r.GetProperty("detail").GetString()));

        // Only this one: the same file at another path is asked about.
        string[] other = await KnockAsync(daemon, relay, "other", 1);
        Assert.Equal(other, Waiting(daemon).Select(PathOf));
    }

    /// <summary>A queue that cannot be read is left as it is; the program is refused and audited all the same.</summary>
    [Fact]
    public async Task Knock_QueueBroken_RefusedAndFileUntouched()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string relay = await daemon.CompileAsync("relay");
        await KnockAsync(daemon, relay);
        await File.WriteAllTextAsync(daemon.PendingFile, "[{", TestContext.Current.CancellationToken);
        await KnockAsync(daemon, relay, "other", 1);
        Assert.Equal("[{", await File.ReadAllTextAsync(daemon.PendingFile, TestContext.Current.CancellationToken));
        Assert.Equal(2, daemon.AuditRecords("unregistered_binary_pending_approval").Count());
        Assert.Equal(0, await daemon.StopAsync());
        Assert.Contains($"{daemon.PendingFile} cannot be parsed", daemon.Output, StringComparison.Ordinal);
    }

    private static async Task<string[]> KnockAsync(TestDaemon daemon, string relay, string directory, int count)
    {
        string path = Directory.CreateDirectory(Path.Combine(daemon.Work, directory)).FullName;
        string[] programs = [.. Enumerable.Range(0, count).Select(i => Path.Combine(path, $"program-{i}"))];
        foreach (string program in programs)
        {
            ProgramFile.Copy(relay, program);
            await KnockAsync(daemon, program);
        }

        return programs;
    }

    private static async Task KnockAsync(TestDaemon daemon, string program)
    {
        CommandResult result = await daemon.RunAsync(program, daemon.Socket);
        Assert.Equal(Unregistered + "\n", result.Output);
    }

    private static IReadOnlyList<JsonElement> Waiting(TestDaemon daemon) =>
        [.. JsonDocument.Parse(File.ReadAllText(daemon.PendingFile)).RootElement.EnumerateArray()];

    private static string PathOf(JsonElement entry) => entry.GetProperty("path").GetString()!;

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
