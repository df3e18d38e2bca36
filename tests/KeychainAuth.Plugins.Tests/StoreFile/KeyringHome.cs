using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>A private home directory with at most a keyring in it; gone when disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class KeyringHome : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal KeyringHome() => Home = Directory.CreateTempSubdirectory("store-file-").FullName;

    internal string Home { get; }

    internal string KeyringDirectory => Path.Combine(Home, ".keychain-auth");

    internal string Keyring => Path.Combine(KeyringDirectory, "keyring.json");

    internal RecordingPluginLog Log { get; } = new();

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal ISecretStore Open(params (string Key, string Value)[] settings) => Open(null, settings);

    internal ISecretStore Open(TimeProvider? time, params (string Key, string Value)[] settings) =>
        new FileStorePlugin().Create(PluginContexts.Create(
            "store-file", Home, settings.ToDictionary(setting => setting.Key, setting => setting.Value), Log, time));

    /// <summary>Puts a keyring there as another tool would.</summary>
    internal void Place(string content) => Place(Encoding.UTF8.GetBytes(content));

    internal void Place(byte[] content)
    {
        Directory.CreateDirectory(KeyringDirectory, OwnerOnly);
        if (!File.Exists(Keyring))
        {
            File.OpenHandle(Keyring, FileMode.CreateNew, FileAccess.Write).Dispose();
            File.SetUnixFileMode(Keyring, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllBytes(Keyring, content);
    }

    internal static Task WriteAsync(ISecretStore store, string target, string value) => WriteAsync(store, "demo", (target, value));

    internal static async Task WriteAsync(ISecretStore store, string service, params (string Target, string Value)[] items)
    {
        List<Secret> secrets = [.. items.Select(item => new Secret(item.Target, new SecretBuffer(Encoding.UTF8.GetBytes(item.Value))))];
        await store.WriteAsync(service, secrets, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        secrets.ForEach(secret => secret.Dispose());
    }

    /// <summary>The value as text; null when it is absent.</summary>
    internal static async Task<string?> ReadAsync(ISecretStore store, string target, string service = "demo")
    {
        IReadOnlyList<Secret> found = await store.ReadAsync(service, [target], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using Secret? secret = found.SingleOrDefault();
        return secret is null ? null : Encoding.UTF8.GetString(secret.Value.Span);
    }

    internal static async Task<StoreHealth> ProbeAsync(ISecretStore store) =>
        await store.ProbeAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    internal static Task<StoreException> FailsAsync(Func<Task> call) => Assert.ThrowsAsync<StoreException>(call);

    /// <summary>Names in the keyring's directory, sorted.</summary>
    internal string[] Listing() => [.. Directory.EnumerateFileSystemEntries(KeyringDirectory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
