using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugins.Tests.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Sealing;

/// <summary>
/// A process that writes sealed values and rotates their key without end, killed with SIGKILL at any point: every number
/// it had acknowledged opens, both halves of every batch are equal, and the rotation that was cut off can be finished.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SealedKillTests : IDisposable
{
    private const int Slots = 20;

    // The environment can ask for more than the usual run pays for.
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("KEYCHAIN_AUTH_TEST_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 60;

    private readonly SealedHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task WriteAndRotate_KilledAnywhere_LosesNothingAcknowledged()
    {
        Random random = new(20260521);
        long acknowledged = 0;
        int cutOff = 0;
        var currentKeys = new HashSet<string>();
        for (int kill = 0; kill < Kills; kill++)
        {
            acknowledged = await RunAndKillAsync(acknowledged, random);
            string[] keys = KeyIds();
            cutOff += keys.Length > 1 ? 1 : 0;
            currentKeys.Add(keys[0]);
            await AssertHoldsAsync(acknowledged);
        }

        await using (SealedStore store = _home.Open())
        {
            await KeyringHome.WriteAsync(store, "k", "v");
            await store.Rotation.ResumeAsync(KeyringHome.Cancellation);

            // Whoever changes keys.json next removes what the killed left of it.
            Assert.True(await store.Rotation.BeginAsync(KeyringHome.Cancellation));
            await store.Rotation.FinishAsync(_ => { }, KeyringHome.Cancellation);
        }

        Assert.Single(KeyIds());
        await AssertHoldsAsync(acknowledged);
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Files.Listing());
        Assert.Equal(["keychain-auth.master-key", "keys.json", "keys.json.lock", "sealing.lock"], Directory.GetFiles(_home.Keys).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.True(cutOff > 0, "No kill fell into a rotation, so the test showed nothing.");
        Assert.True(currentKeys.Count > 1, "No rotation got as far as a new key.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {acknowledged} acknowledged batches, {cutOff} rotations cut off, {currentKeys.Count} keys.");
    }

    private async Task<long> RunAndKillAsync(long last, Random random)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests.StoreWriter"),
            ["write", _home.Files.Home, (last + 1).ToString(CultureInfo.InvariantCulture), _home.Keys])
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

            SpinFor(TimeSpan.FromMicroseconds(random.Next(0, 5000)));
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

    private async Task AssertHoldsAsync(long acknowledged)
    {
        await using SealedStore store = _home.Open();
        for (long number = Math.Max(1, acknowledged - Slots + 1); number <= acknowledged; number++)
        {
            long left = Parse(await KeyringHome.ReadAsync(store, $"left-{number % Slots}", "kill"));
            Assert.Equal(left, Parse(await KeyringHome.ReadAsync(store, $"right-{number % Slots}", "kill")));
            Assert.True(left >= number, $"Batch {number} was acknowledged and is gone; its slot holds {left}.");
        }
    }

    // A parser that is not the store's own.
    private string[] KeyIds()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.KeyFile));
        return [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("id").GetString()!)];
    }

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
