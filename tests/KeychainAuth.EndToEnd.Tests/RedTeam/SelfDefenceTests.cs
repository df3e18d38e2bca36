using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What the daemon does about itself, beside the rows.</summary>
[SupportedOSPlatform("linux")]
[Collection(RedTeamGroup.Name)]
public sealed class SelfDefenceTests(RedTeamFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Start_FewOpenFilesAllowed_RaisesTheLimitAndSwitchesCoreDumpsOff()
    {
        await using TestDaemon place = await TestDaemon.CreateAsync(fixture.Options());
        string[] command = ["--nofile=300:3000", "--core=unlimited", Path.Combine(fixture.Tree, "keychain-auth"), "start"];
        using Process daemon = RedTeamFixture.IsRoot
            ? Command.Start("setpriv", ["--reuid", $"{RedTeamFixture.BareUser}", "--regid", $"{RedTeamFixture.BareUser}", "--clear-groups", "prlimit", .. command], place.Environment)
            : Command.Start("prlimit", command, place.Environment);
        try
        {
            string? line;
            do
            {
                line = await daemon.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.NotNull(line);
            }
            while (!line.Contains(" listens on ", StringComparison.Ordinal));

            string[] limits = await File.ReadAllLinesAsync($"/proc/{daemon.Id}/limits", TestContext.Current.CancellationToken);
            Assert.Equal(["3000", "3000"], Values(limits, "Max open files"));
            Assert.Equal(["0", "0"], Values(limits, "Max core file size"));
        }
        finally
        {
            await Command.RunAsync("kill", [daemon.Id.ToString(CultureInfo.InvariantCulture)]);
            await daemon.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Status_UserMode_SaysThatItDoesNotIsolate()
    {
        Assert.Contains("same-user isolation: no", await fixture.UserMode.Daemon.CliOkAsync("status"), StringComparison.Ordinal);
        Assert.Contains("same-user isolation", (await fixture.UserMode.Daemon.CliAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_AfterAThousandWritesAndReads_HoldsNoValue()
    {
        Assert.SkipUnless(RedTeamFixture.IsRoot, "Needs root: nobody else may look into the daemon's memory.");
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(fixture.Options());
        string secret = $"canary-{Guid.NewGuid():N}";
        await using (RelayClient client = await attacked.Daemon.ConnectRegisteredAsync("--read", "memory", "--write", "memory"))
        {
            for (int i = 0; i < 1000; i++)
            {
                Assert.Equal("{\"type\":\"RESPONSE\",\"status\":\"success\"}", await client.AskAsync($$"""{"type":"REQUEST","action":"write","service":"memory","targets":["t"],"values":["{{secret}}{{i}}"]}"""));
                Assert.Contains($"{secret}{i}", await client.AskAsync("""{"type":"REQUEST","action":"read","service":"memory","targets":["t"]}"""), StringComparison.Ordinal);
            }

            // The file keyring is held in memory as a whole: while a value is stored there, it is found.
            Assert.True(CountInMemory(attacked.Daemon.ProcessId, secret) > 0, "The search does not even find what must be there.");
            await client.AskAsync("""{"type":"REQUEST","action":"delete","service":"memory","targets":["t"]}""");
        }

        Assert.Equal(0, CountInMemory(attacked.Daemon.ProcessId, secret));
    }

    /// <summary>How often a value lies in a process's writable memory: as bytes, as UTF-16, or as base64.</summary>
    private static int CountInMemory(int process, string secret)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(secret), Encoding.Unicode.GetBytes(secret), Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..40])];
        using SafeFileHandle memory = File.OpenHandle($"/proc/{process}/mem");
        int found = 0;
        foreach (string line in File.ReadLines($"/proc/{process}/maps").Where(l => l.Split(' ')[1].Contains('w', StringComparison.Ordinal)))
        {
            string[] range = line.Split(' ')[0].Split('-');
            long start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            long end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            byte[] chunk = new byte[(1 << 20) + 4096];
            for (long at = start; at < end; at += 1 << 20)
            {
                // Overlapping, so that nothing is missed at a border; reserved memory that cannot be read holds nothing.
                Span<byte> window = chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - at));
                try
                {
                    window = window[..RandomAccess.Read(memory, window, at)];
                }
                catch (IOException)
                {
                    continue;
                }

                foreach (byte[] form in forms)
                {
                    found += window.IndexOf(form) >= 0 ? 1 : 0;
                }
            }
        }

        return found;
    }

    private static string[] Values(string[] limits, string name) =>
        [.. limits.Single(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)];
}
