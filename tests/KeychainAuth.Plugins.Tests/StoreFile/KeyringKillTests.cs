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
        var writer = new KilledWriter(_home.Home, TimeSpan.FromMilliseconds(3));
        long leftovers = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await writer.RunAndKillAsync();
            leftovers += _home.Listing().LongCount(name => name.EndsWith(".tmp", StringComparison.Ordinal));
            AssertHolds(writer.Acknowledged);
        }

        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Listing());
        Assert.True(leftovers > 0, "No kill fell into a write, so the test showed nothing.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {writer.Acknowledged} acknowledged batches, {leftovers} kills between creation and rename.");
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
        KilledWriter.Parse(Encoding.ASCII.GetString(document.RootElement.GetProperty(key).GetProperty("private").GetBytesFromBase64()));
}
