using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>
/// A registered client that writes batch after batch until the daemon dies under it, and remembers which were
/// acknowledged. All targets of a group carry the same version, so that half a batch would show.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class BatchWriter(TestDaemon daemon, string relay, Random random)
{
    private const int Groups = 4;
    private const int TargetsPerGroup = 12;
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    private readonly long[] _attempted = new long[Groups];
    private readonly long[] _acknowledged = new long[Groups];

    internal long Acknowledged { get; private set; }

    /// <summary>Writes until the connection ends.</summary>
    /// <param name="first">Completed at the first acknowledged batch, and at the end.</param>
    internal async Task RunAsync(TaskCompletionSource first)
    {
        try
        {
            await WriteAsync(first);
        }
        finally
        {
            first.TrySetResult();
        }
    }

    /// <summary>What the file must hold: whole batches, and none older than the last acknowledged one.</summary>
    internal void Check()
    {
        if (!File.Exists(daemon.Keyring))
        {
            Assert.Equal(0, Acknowledged);
            return;
        }

        using JsonDocument keyring = JsonDocument.Parse(File.ReadAllBytes(daemon.Keyring));
        for (int group = 0; group < Groups; group++)
        {
            string[] values = [.. Targets(group)
                .Where(target => keyring.RootElement.TryGetProperty($"demo:{target}", out _))
                .Select(target => keyring.RootElement.GetProperty($"demo:{target}").GetProperty("private").GetBytesFromBase64())
                .Select(System.Text.Encoding.UTF8.GetString)];
            Assert.True(values.Length is 0 or TargetsPerGroup, $"Group {group} has {values.Length} of {TargetsPerGroup} targets.");
            Assert.True(values.Distinct().Count() <= 1, $"Group {group} is half written: {string.Join(' ', values)}.");
            long version = values.Length == 0 ? 0 : long.Parse(values[0], CultureInfo.InvariantCulture);
            Assert.InRange(version, _acknowledged[group], _attempted[group]);
        }
    }

    private async Task WriteAsync(TaskCompletionSource first)
    {
        await using RelayClient client = daemon.Connect(relay);
        try
        {
            while (true)
            {
                int group = random.Next(Groups);
                long version = ++_attempted[group];
                string? answer = await client.AskAsync(Request(group, version));
                if (answer is null)
                {
                    return;
                }

                Assert.Equal(Success, answer);
                _acknowledged[group] = version;
                Acknowledged++;
                first.TrySetResult();
            }
        }
        catch (IOException)
        {
            // The relay ended, because the daemon did.
        }
    }

    private static IEnumerable<string> Targets(int group) => Enumerable.Range(0, TargetsPerGroup).Select(i => $"g{group}/t{i}");

    private static string Request(int group, long version)
    {
        string targets = string.Join(',', Targets(group).Select(t => $"\"{t}\""));
        string values = string.Join(',', Enumerable.Repeat($"\"{version}\"", TargetsPerGroup));
        return $$"""{"type":"REQUEST","action":"write","service":"demo","targets":[{{targets}}],"values":[{{values}}]}""";
    }
}
