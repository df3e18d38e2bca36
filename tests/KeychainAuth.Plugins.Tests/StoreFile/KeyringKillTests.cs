using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>
/// A writer killed with SIGKILL at any point: every number it had acknowledged is in the file, both halves of every
/// batch are equal, and the file parses. Kills fall anywhere in a write because each comes a random moment after a
/// random acknowledgement. Not shown here: a power cut, which also loses what the kernel has not written.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringKillTests : IDisposable
{
    private const int Slots = 20;

    // The environment can ask for more than the usual run pays for.
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("KEYCHAIN_AUTH_TEST_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 200;

    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task WriteAsync_KilledAnywhere_LosesNothingAcknowledged()
    {
        Random random = new(20260521);
        long acknowledged = 0;
        long leftovers = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            acknowledged = await RunAndKillAsync(acknowledged, random);
            leftovers += _home.Listing().LongCount(name => name.EndsWith(".tmp", StringComparison.Ordinal));
            AssertHolds(acknowledged);
        }

        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Listing());
        Assert.True(leftovers > 0, "No kill fell into a write, so the test showed nothing.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {acknowledged} acknowledged batches, {leftovers} kills between creation and rename.");
    }

    private async Task<long> RunAndKillAsync(long last, Random random)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests.StoreWriter"),
            ["write", _home.Home, (last + 1).ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using Process writer = Process.Start(start)!;
        try
        {
            int acknowledgements = random.Next(1, 8);
            for (int i = 0; i < acknowledgements; i++)
            {
                last = Parse(await writer.StandardOutput.ReadLineAsync(KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation));
            }

            SpinFor(TimeSpan.FromMicroseconds(random.Next(0, 3000)));
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }

        // What it had still said before it died counts too.
        string rest = await writer.StandardOutput.ReadToEndAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        foreach (string line in rest.Split('\n')[..^1])
        {
            last = Parse(line);
        }

        return last;
    }

    private void AssertHolds(long acknowledged)
    {
        // A parser that is not the store's own.
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.Keyring));
        for (long number = Math.Max(1, acknowledged - Slots + 1); number <= acknowledged; number++)
        {
            long left = Number(document, $"kill:left-{number % Slots}");
            Assert.Equal(left, Number(document, $"kill:right-{number % Slots}"));
            Assert.True(left >= number, $"Batch {number} was acknowledged and is gone; its slot holds {left}.");
        }
    }

    private static long Number(JsonDocument document, string key) =>
        Parse(Encoding.ASCII.GetString(document.RootElement.GetProperty(key).GetProperty("private").GetBytesFromBase64()));

    private static long Parse(string? text) => long.Parse(Assert.IsType<string>(text), CultureInfo.InvariantCulture);

    // A kill has to fall within a write that takes a fraction of a millisecond: no timer is that fine.
    private static void SpinFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Thread.SpinWait(10);
        }
    }
}
