using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Store;

/// <summary>A real process writes to the real Credential Manager and is killed before each of its steps.</summary>
public sealed class KillTests : IAsyncLifetime
{
    internal const string Service = "kill";
    internal const string Target = "Target";

    private readonly string _prefix = $"keychain-auth-test-{Guid.NewGuid():N}.";
    private readonly PrefixedCredentials _credentials;

    public KillTests() => _credentials = new PrefixedCredentials(_prefix);

    internal static byte[] NewValue => Bytes(6000, 2);

    internal static Dictionary<string, string> NewAttributes => new() { ["generation"] = "new" };

    private static byte[] OldValue => Bytes(3000, 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _credentials.DeleteAll();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WriteAsync_KilledBeforeEachStep_OldOrNewAndNothingIsLeft()
    {
        int killed = 0;
        for (bool finished = false; !finished; killed++)
        {
            await WriteAsync(Target, OldValue, new() { ["generation"] = "old" });
            await using (OtherProcess writer = await OtherProcess.StartAsync(
                Environment.ProcessPath!, firstLine: null, ["--role", Roles.WriteCredential, _prefix, killed.ToString(CultureInfo.InvariantCulture)]))
            {
                finished = await writer.ReadLineAsync() == "done";
                await writer.KillAsync();
            }

            string found = await ReadAsync();
            string older = Describe(OldValue, "old");
            Assert.True(found == Describe(NewValue, "new") || (!finished && found == older), $"Killed before step {killed}: neither the old value nor the new one.");
            await WriteAsync("other", [1], []);
            Assert.Equal(found, await ReadAsync());
            Assert.Equal(found == older ? 2 : 3, _credentials.Enumerate("+", withBlobs: false).Count);
        }

        // Three pieces, the index, and two old pieces at least.
        Assert.InRange(killed, 7, 20);
    }

    private async Task WriteAsync(string target, byte[] value, Dictionary<string, string> attributes)
    {
        await using CredmanStore store = Open();
        using var secret = new Secret(target, new SecretBuffer(value), attributes);
        await store.WriteAsync(Service, [secret], Cancellation);
    }

    private async Task<string> ReadAsync()
    {
        await using CredmanStore store = Open();
        using Secret secret = Assert.Single(await store.ReadAsync(Service, [Target], Cancellation));
        return Describe(secret.Value.Span, secret.Attributes["generation"]);
    }

    private CredmanStore Open() => new(_credentials, new StoreLock(name: null), new CredmanSettings());

    private static string Describe(ReadOnlySpan<byte> value, string generation) => $"{Convert.ToHexString(value)} {generation}";

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
