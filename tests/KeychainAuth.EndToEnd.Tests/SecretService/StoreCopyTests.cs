using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.EndToEnd.Tests.SecretService;

/// <summary>A headless machine gains a desktop, and its secrets move: <c>keychain-auth store list|copy</c>.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoreCopyTests
{
    private static readonly string[] FileToKeyring = ["store", "copy", "store-file", "store-secretservice"];

    [Fact]
    public async Task StoreCopy_FileToGnomeKeyring_CopiesVerifiesAndDeletesNothingUnlessAsked()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await bus.StartGnomeKeyringAsync();
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await PlaceAsync(daemon, """
            {
              "demo:k1": { "private": "djE=", "public": "", "attributes": { "kind": "test" } },
              "demo:k2": { "private": "djI=", "public": "" },
              "other:k1": { "private": "eDE=", "public": "" }
            }
            """);
        string before = await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken);

        Dictionary<string, JsonElement> stores = await ListAsync(daemon);
        Assert.Equal((2, 3, false), (stores["store-file"].GetProperty("services").GetInt32(), stores["store-file"].GetProperty("items").GetInt32(), stores["store-file"].GetProperty("in_use").GetBoolean()));
        Assert.True(stores["store-secretservice"].GetProperty("in_use").GetBoolean());

        Assert.Contains("would copy 3, there already 0, in conflict 0", await daemon.CliOkAsync([.. FileToKeyring, "--dry-run"]), StringComparison.Ordinal);
        Assert.Equal("", (await bus.RunAsync("secret-tool", ["search", "--all", "service", "demo"])).Output);

        string copied = await daemon.CliOkAsync([.. FileToKeyring, "--service", "demo"]);
        Assert.Contains("copied and verified 2, there already 0, in conflict 0", copied, StringComparison.Ordinal);
        Assert.Contains("Nothing was deleted from store-file", copied, StringComparison.Ordinal);
        Assert.Equal("v1", await bus.RunOkAsync("secret-tool", ["lookup", "service", "demo", "username", "k1"]));
        Assert.Equal("", (await bus.RunAsync("secret-tool", ["lookup", "service", "other", "username", "k1"])).Output);
        Assert.Equal(before, await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken));

        Assert.Contains("copied and verified 1, there already 2, in conflict 0", await daemon.CliOkAsync([.. FileToKeyring, "--delete-source"]), StringComparison.Ordinal);
        Assert.DoesNotContain("k1", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(2, (await ListAsync(daemon))["store-secretservice"].GetProperty("services").GetInt32());

        // And back, attributes included.
        Assert.Contains("copied and verified 3", await daemon.CliOkAsync("store", "copy", "store-secretservice", "store-file"), StringComparison.Ordinal);
        Assert.Contains("\"attributes\": { \"kind\": \"test\" }", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreCopy_AnotherValueThere_IsAConflictThatIsKept()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await FakeProvider.StartAsync(bus);
        await Desktop.StoreAsync(bus, "k1", "theirs");
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await PlaceAsync(daemon, """{ "demo:k1": { "private": "djE=", "public": "" } }""");
        CommandResult result = await daemon.CliAsync([.. FileToKeyring, "--delete-source"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("conflict: demo/k1", result.Output, StringComparison.Ordinal);
        Assert.Equal("theirs", await bus.RunOkAsync("secret-tool", ["lookup", "service", "demo", "username", "k1"]));
        Assert.Contains("demo:k1", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreCopy_InterruptedInTheMiddle_LosesNothingAndIsCompletedByTheNext()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        FakeProvider provider = await FakeProvider.StartAsync(bus, "error=CreateItem:org.example.Error.Full:30");
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await PlaceAsync(daemon, "{" + string.Join(",", Enumerable.Range(0, 60).Select(i => $$""" "demo:k{{i:00}}": { "private": "djE=", "public": "" }""")) + "}");
        CommandResult result = await daemon.CliAsync([.. FileToKeyring, "--delete-source"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("org.example.Error.Full", result.Error, StringComparison.Ordinal);
        Assert.Equal(60, (await ListAsync(daemon))["store-file"].GetProperty("items").GetInt32());
        Assert.Equal(29, (await ListAsync(daemon))["store-secretservice"].GetProperty("items").GetInt32());

        await provider.SetAsync("error=");
        Assert.Contains("copied and verified 31, there already 29, in conflict 0", await daemon.CliOkAsync(FileToKeyring), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreCopy_KeyringIsLocked_SaysSoAndDeletesNothing()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await FakeProvider.StartAsync(bus, "locked=yes", "prompt=dismiss");
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        await PlaceAsync(daemon, """{ "demo:k1": { "private": "djE=", "public": "" } }""");
        CommandResult result = await daemon.CliAsync([.. FileToKeyring, "--delete-source"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("locked", result.Error, StringComparison.Ordinal);
        Assert.Contains("demo:k1", await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("locked", (await ListAsync(daemon))["store-secretservice"].GetProperty("state").GetString());
    }

    private static async Task<Dictionary<string, JsonElement>> ListAsync(TestDaemon daemon) =>
        JsonDocument.Parse(await daemon.CliOkAsync("store", "list", "--json")).RootElement.EnumerateArray().ToDictionary(store => store.GetProperty("id").GetString()!);

    private static async Task PlaceAsync(TestDaemon daemon, string keyring)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.Keyring)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(daemon.Keyring, keyring, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(daemon.Keyring, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
