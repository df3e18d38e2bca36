using System.Text;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Sealing;

/// <summary>A user's directory, a shelf, and master keys: what remains when a daemon stops, and what is handed to the next.</summary>
internal sealed class SealedPlace : IDisposable
{
    internal const uint UserId = 1000;

    private readonly TestDirectory _directory = new();

    internal Shelf Shelf { get; } = new();

    internal ManualTime Time { get; } = new(new DateTimeOffset(2026, 5, 21, 12, 0, 0, TimeSpan.Zero));

    internal byte[] Master { get; set; } = Enumerable.Range(1, SealingKey.Length).Select(i => (byte)i).ToArray();

    internal byte[]? PreviousMaster { get; set; }

    internal string KeyFile => Path(UserId);

    internal string Path(uint userId) => _directory.Combine($"{userId}", "keys.json");

    internal MasterKeys Masters() => MasterKeys.From(Key(Master), PreviousMaster is null ? null : Key(PreviousMaster));

    /// <summary>A daemon's store; a second one on the same place is a second process.</summary>
    internal SealedStore Open(uint userId = UserId, MasterKeys? masters = null, ISecretStore? inner = null) => new(
        inner ?? Shelf.Open(),
        new DataKeys(Path(userId), userId, masters ?? Masters(), Time),
        new WriterLock(_directory.Combine($"{userId}", "sealing.lock"), TimeSpan.FromSeconds(30), TimeProvider.System),
        new SequenceMemory(Time));

    internal static SealingKey Key(byte[] bytes) => new(new SecretBuffer(bytes));

    internal static async Task WriteAsync(ISecretStore store, string service, string target, string value, Dictionary<string, string>? attributes = null)
    {
        using var secret = new Secret(target, new SecretBuffer(Encoding.UTF8.GetBytes(value)), attributes);
        await store.WriteAsync(service, [secret], TestContext.Current.CancellationToken);
    }

    internal static async Task<string?> ReadAsync(ISecretStore store, string service, string target)
    {
        IReadOnlyList<Secret> found = await store.ReadAsync(service, [target], TestContext.Current.CancellationToken);
        using Secret? secret = found.SingleOrDefault();
        return secret is null ? null : Encoding.UTF8.GetString(secret.Value.Span);
    }

    internal static async Task<StoreException> FailsAsync(Func<Task> call, StoreError error)
    {
        StoreException exception = await Assert.ThrowsAsync<StoreException>(call);
        Assert.Equal(error, exception.Error);
        return exception;
    }

    public void Dispose() => _directory.Dispose();
}
