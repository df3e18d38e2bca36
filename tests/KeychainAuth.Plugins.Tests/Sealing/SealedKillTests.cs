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
        var writer = new KilledWriter(_home.Files.Home, TimeSpan.FromMilliseconds(5), _home.Keys);
        int cutOff = 0;
        var currentKeys = new HashSet<string>();
        for (int kill = 0; kill < Kills; kill++)
        {
            await writer.RunAndKillAsync();
            string[] keys = KeyIds();
            cutOff += keys.Length > 1 ? 1 : 0;
            currentKeys.Add(keys[0]);
            await AssertHoldsAsync(writer.Acknowledged);
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
        await AssertHoldsAsync(writer.Acknowledged);
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Files.Listing());
        Assert.Equal(["keychain-auth.master-key", "keys.json", "keys.json.lock", "sealing.lock"], Directory.GetFiles(_home.Keys).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.True(cutOff > 0, "No kill fell into a rotation, so the test showed nothing.");
        Assert.True(currentKeys.Count > 1, "No rotation got as far as a new key.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {writer.Acknowledged} acknowledged batches, {cutOff} rotations cut off, {currentKeys.Count} keys.");
    }

    private async Task AssertHoldsAsync(long acknowledged)
    {
        await using SealedStore store = _home.Open();
        for (long number = Math.Max(1, acknowledged - Slots + 1); number <= acknowledged; number++)
        {
            long left = KilledWriter.Parse(await KeyringHome.ReadAsync(store, $"left-{number % Slots}", "kill"));
            Assert.Equal(left, KilledWriter.Parse(await KeyringHome.ReadAsync(store, $"right-{number % Slots}", "kill")));
            Assert.True(left >= number, $"Batch {number} was acknowledged and is gone; its slot holds {left}.");
        }
    }

    // A parser that is not the store's own.
    private string[] KeyIds()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.KeyFile));
        return [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("id").GetString()!)];
    }
}
