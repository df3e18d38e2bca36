using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.Tests.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Sealing;

/// <summary>What lies on the disk: keyring.json and keys.json, looked at and edited as anybody who holds the disk could.</summary>
[SupportedOSPlatform("linux")]
public sealed class SealedKeyringTests : IDisposable
{
    private readonly SealedHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Files_AfterWrites_HoldNoValueInAnyForm()
    {
        const string Value = "correct horse battery staple";
        await using (SealedStore store = _home.Open())
        {
            await KeyringHome.WriteAsync(store, "one", Value);
            await KeyringHome.WriteAsync(store, "one", Value);
        }

        string all = string.Concat(Directory.GetFiles(_home.Files.Home, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Contains("\"demo:one\"", all, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", all, StringComparison.Ordinal);

        // Each of the three ways that base64 can show it, at its start.
        Assert.All(
            (string[])["", "x", "xx"],
            before => Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Value))[4..28], all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadAsync_KeyringEditedByHand_RefusesWhatMovedAndServesTheRest()
    {
        await using (SealedStore store = _home.Open())
        {
            await KeyringHome.WriteAsync(store, "one", "1");
            await KeyringHome.WriteAsync(store, "two", "2");
            await KeyringHome.WriteAsync(store, "three", "3");
        }

        JsonNode keyring = JsonNode.Parse(File.ReadAllBytes(_home.Files.Keyring))!;
        keyring["demo:one"] = keyring["demo:two"]!.DeepClone();
        keyring["demo:plain"] = JsonNode.Parse("""{"private":"MQ==","public":""}""");
        _home.Files.Place(keyring.ToJsonString());
        await using SealedStore next = _home.Open();
        Assert.Equal(StoreError.Corrupt, (await KeyringHome.FailsAsync(() => KeyringHome.ReadAsync(next, "one"))).Error);
        Assert.Equal(StoreError.Corrupt, (await KeyringHome.FailsAsync(() => KeyringHome.ReadAsync(next, "plain"))).Error);
        Assert.Equal("2", await KeyringHome.ReadAsync(next, "two"));
        Assert.Equal("3", await KeyringHome.ReadAsync(next, "three"));
    }

    // The whole of an earlier keyring, with the daemon running and not running: what is noticed, and what is not.
    [Fact]
    public async Task ReadAsync_WholeFileRolledBack_IsNoticedByARunningDaemonOnly()
    {
        await using SealedStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "one", "old");
        byte[] old = File.ReadAllBytes(_home.Files.Keyring);
        await KeyringHome.WriteAsync(store, "one", "new");
        _home.Files.Place(old);
        Assert.Equal(StoreError.Corrupt, (await KeyringHome.FailsAsync(() => KeyringHome.ReadAsync(store, "one"))).Error);
        await using SealedStore next = _home.Open();
        Assert.Equal("old", await KeyringHome.ReadAsync(next, "one"));
    }

    [Fact]
    public async Task Rotation_TenThousandSecrets_LeavesAllOfThemUnderTheNewKey()
    {
        const int Count = 10_000;
        await using SealedStore store = _home.Open();
        (string, string)[] items = [.. Enumerable.Range(0, Count).Select(i => ($"t{i}", $"value {i}"))];
        await KeyringHome.WriteAsync(store, "many", items);
        Assert.True(await store.Rotation.BeginAsync(KeyringHome.Cancellation));
        KeyRotationReport report = await store.Rotation.FinishAsync(_ => { }, KeyringHome.Cancellation);
        Assert.Equal(Count, report.Resealed);
        Assert.Empty(report.Left);
        IReadOnlyList<Secret> found = await store.ReadAsync("many", [.. items.Select(item => item.Item1)], KeyringHome.Cancellation);
        Assert.Equal(Count, found.Count);
        Assert.All(found, secret => Assert.Equal($"value {secret.Target[1..]}", Encoding.UTF8.GetString(secret.Value.Span)));
    }
}
