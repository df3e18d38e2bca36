using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreKeychain;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

public sealed class KeychainStoreTests : ShimmedTest
{
    private const uint Unlocked = 7;
    private const uint Locked = 6;

    private static KeychainStore Store(KeychainSettings? settings = null) => new(new Keychain(settings ?? new KeychainSettings()));

    private static KeychainSettings DataProtection { get; } = new() { Kind = KeychainKind.DataProtection };

    private static async Task<string?> ReadAsync(KeychainStore store, string target = "t")
    {
        IReadOnlyList<Secret> secrets = await store.ReadAsync("s", [target], Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        if (secrets.Count == 0)
        {
            return null;
        }

        using Secret secret = Assert.Single(secrets);
        return Encoding.UTF8.GetString(secret.Value.Span);
    }

    private static async Task WriteAsync(KeychainStore store, string value, params string[] targets)
    {
        List<Secret> secrets = [.. targets.Select(target => new Secret(target, new SecretBuffer(Encoding.UTF8.GetBytes(value))))];
        try
        {
            await store.WriteAsync("s", secrets, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        }
        finally
        {
            secrets.ForEach(secret => secret.Dispose());
        }
    }

    private static Task<StoreException> FailsAsync(Func<Task> call) => Assert.ThrowsAsync<StoreException>(call);

    [Theory]
    [InlineData("SecItemCopyMatching", -25308, Locked, StoreError.Locked)]
    [InlineData("SecItemCopyMatching", -25308, Unlocked, StoreError.AccessDenied)]
    [InlineData("SecItemCopyMatching", -25315, Locked, StoreError.Locked)]
    [InlineData("SecItemCopyMatching", -25293, Unlocked, StoreError.AccessDenied)]
    [InlineData("SecItemCopyMatching", -25293, Locked, StoreError.Locked)]
    [InlineData("SecItemCopyMatching", -25243, Unlocked, StoreError.AccessDenied)]
    [InlineData("SecItemCopyMatching", -128, Unlocked, StoreError.UserCancelled)]
    [InlineData("SecItemCopyMatching", -34018, Unlocked, StoreError.AccessDenied)]
    [InlineData("SecItemCopyMatching", -25291, Unlocked, StoreError.Unavailable)]
    [InlineData("SecItemCopyMatching", -25307, Unlocked, StoreError.Unavailable)]
    [InlineData("SecItemCopyMatching", -25294, Unlocked, StoreError.Unavailable)]
    [InlineData("SecItemCopyMatching", -25295, Unlocked, StoreError.Corrupt)]
    [InlineData("SecItemCopyMatching", -26275, Unlocked, StoreError.Corrupt)]
    [InlineData("SecItemCopyMatching", -50, Unlocked, StoreError.Unavailable)]
    public async Task ReadAsync_KeychainFails_IsItsOwnError(string function, int status, uint state, StoreError expected)
    {
        StandIn.Keychain(state, entitled: 0);
        StandIn.Script(function, status);
        StoreException failure = await FailsAsync(() => ReadAsync(Store()));
        Assert.Equal(expected, failure.Error);
        Assert.Equal(status, failure.NativeCode);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SecItemUpdate", -25302, StoreError.TooLarge)]
    [InlineData("SecItemUpdate", -25292, StoreError.AccessDenied)]
    [InlineData("SecItemAdd", -25308, StoreError.AccessDenied)]
    [InlineData("SecItemAdd", -34018, StoreError.AccessDenied)]
    [InlineData("SecItemAdd", -128, StoreError.UserCancelled)]
    public async Task WriteAsync_KeychainFails_IsItsOwnError(string function, int status, StoreError expected)
    {
        StandIn.Script(function, status);
        StoreException failure = await FailsAsync(() => WriteAsync(Store(), "value", "t"));
        Assert.Equal(expected, failure.Error);
        Assert.Null(failure.Completed);
        Assert.DoesNotContain("value\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_ThirdOfFourFails_SaysThatTwoWereWritten()
    {
        KeychainStore store = Store();
        await WriteAsync(store, "old", "a", "b", "d");
        StandIn.Script("SecItemAdd", -128); // Only the third one has to be added.
        StoreException failure = await FailsAsync(() => WriteAsync(store, "new", "a", "b", "absent", "d"));
        Assert.Equal(2, failure.Completed);
        Assert.Equal("new", await ReadAsync(store, "b"));
        Assert.Equal("old", await ReadAsync(store, "d"));
        Assert.Null(await ReadAsync(store, "absent"));
    }

    [Fact]
    public async Task WriteAsync_SomebodyAddsMeanwhile_Updates()
    {
        KeychainStore store = Store();
        await WriteAsync(store, "theirs", "t");
        StandIn.Script("SecItemUpdate", -25300); // Not there yet, says the update;
        await WriteAsync(store, "ours", "t"); // there already, says the add; and then the update is right.
        Assert.Equal("ours", await ReadAsync(store));
    }

    [Fact]
    public async Task DeleteAsync_SomeAbsent_CountsWhatWasThere()
    {
        KeychainStore store = Store();
        await WriteAsync(store, "v", "a", "b");
        Assert.Equal(2, await store.DeleteAsync("s", ["a", "gone", "b"], Cancellation));
        StandIn.Script("SecItemDelete", -25308);
        Assert.Equal(StoreError.AccessDenied, (await FailsAsync(() => store.DeleteAsync("s", ["a"], Cancellation).AsTask())).Error);
    }

    [Fact]
    public async Task ReadAsync_Locked_NeverSaysAbsent()
    {
        KeychainStore store = Store();
        await WriteAsync(store, "v", "t");
        StandIn.Keychain(Locked, entitled: 0);
        Assert.Equal(StoreError.Locked, (await FailsAsync(() => ReadAsync(store))).Error);
        Assert.Equal(StoreError.Locked, (await FailsAsync(() => WriteAsync(store, "w", "t"))).Error);
        Assert.Equal(StoreError.Locked, (await FailsAsync(() => WriteAsync(store, "w", "new"))).Error);
    }

    [Fact]
    public async Task SearchAsync_Locked_FindsWithoutValues()
    {
        KeychainStore store = Store();
        await WriteAsync(store, "v", "p:a", "p:b", "q");
        StandIn.Keychain(Locked, entitled: 0);
        IReadOnlyList<SecretDescriptor> found = await store.SearchAsync("s", ["p:"], Cancellation);
        Assert.Equal(["p:a", "p:b"], found.Select(item => item.Target).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("go-keyring-base64:aGVsbG8gd29ybGQ=", "hello world")]
    [InlineData("go-keyring-base64:aGVsbG8gd29ybGQ=\n", "hello world")]
    [InlineData("go-keyring-base64:", "")]
    [InlineData("go-keyring-encoded:68656C6c6f", "hello")]
    [InlineData("go-keyring-encoded:", "")]
    [InlineData("plain", "plain")]
    [InlineData("go-keyring", "go-keyring")]
    public async Task ReadAsync_ValueOfAnotherTool_IsDecoded(string stored, string expected)
    {
        StandIn.AddItem("s", "t", stored);
        Assert.Equal(expected, await ReadAsync(Store()));
    }

    [Theory]
    [InlineData("go-keyring-base64:%%%")]
    [InlineData("go-keyring-base64:aGVsbG8")]
    [InlineData("go-keyring-encoded:abc")]
    [InlineData("go-keyring-encoded:zz")]
    public async Task ReadAsync_PrefixWithoutItsEncoding_IsCorrupt(string stored)
    {
        StandIn.AddItem("s", "t", stored);
        StoreException failure = await FailsAsync(() => ReadAsync(Store()));
        Assert.Equal(StoreError.Corrupt, failure.Error);
        Assert.DoesNotContain(stored[^2..], failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("go-keyring-base64:x", "go-keyring-base64:Z28ta2V5cmluZy1iYXNlNjQ6eA==")]
    [InlineData("go-keyring-encoded:x", "go-keyring-base64:Z28ta2V5cmluZy1lbmNvZGVkOng=")]
    public async Task WriteAsync_Value_StandsAsOtherToolsReadIt(string value, string expected)
    {
        KeychainStore store = Store();
        await WriteAsync(store, value, "t");
        Assert.Equal(expected, Encoding.UTF8.GetString(StandIn.ReadItem("s", "t")));
        Assert.Equal(value, await ReadAsync(store));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{")]
    public async Task ReadAsync_GenericAttributeOfAnotherTool_IsNoAttributes(string generic)
    {
        StandIn.AddItem("s", "t", "v", generic);
        using Secret secret = Assert.Single(await Store().ReadAsync("s", ["t"], Cancellation));
        Assert.Empty(secret.Attributes);
    }

    [Fact]
    public async Task WriteAsync_DataProtection_ThisDeviceOnlyAndInTheGroup()
    {
        StandIn.Keychain(Unlocked, entitled: 1);
        await WriteAsync(Store(DataProtection with { AccessGroup = "TEAM123456.keychain-auth" }), "v", "t");
        Assert.Equal(1 | 2 | 4, StandIn.Item("s", "t"));
        await WriteAsync(Store(), "v", "login");
        Assert.Equal(0, StandIn.Item("s", "login"));
    }

    [Fact]
    public async Task ProbeAsync_DataProtectionWithoutEntitlement_SaysWhatMendsIt()
    {
        StoreHealth health = await Store(DataProtection).ProbeAsync(Cancellation);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains("entitlement", health.Message, StringComparison.Ordinal);
        Assert.Contains("-34018", health.Message, StringComparison.Ordinal);
        StandIn.Keychain(Unlocked, entitled: 1);
        Assert.Equal(StoreState.Ready, (await Store(DataProtection).ProbeAsync(Cancellation)).State);
    }

    [Theory]
    [InlineData(7u, StoreState.Ready)]
    [InlineData(6u, StoreState.Locked)]
    [InlineData(1u, StoreState.Unavailable)]
    public async Task ProbeAsync_Login_AsTheKeychainSays(uint state, StoreState expected)
    {
        StandIn.Keychain(state, entitled: 0);
        StoreHealth health = await Store().ProbeAsync(Cancellation);
        Assert.Equal(expected, health.State);
        Assert.EndsWith(".", health.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbeAsync_NoKeychain_Unavailable()
    {
        StandIn.Script("SecKeychainGetStatus", -25307, -1);
        StoreHealth health = await Store().ProbeAsync(Cancellation);
        Assert.Equal(StoreState.Unavailable, health.State);
        Assert.Contains("no default keychain", health.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbeAsync_PromptsRefused_ForbidsThemForTheProcess()
    {
        await Store().ProbeAsync(Cancellation);
        Assert.Equal(1, StandIn.MayInteract());
        await Store(new KeychainSettings { MayPrompt = false }).ProbeAsync(Cancellation);
        Assert.Equal(0, StandIn.MayInteract());
    }

    [Theory]
    [InlineData("keychain", "icloud")]
    [InlineData("access_group", "")]
    [InlineData("access_group", "G")]
    [InlineData("prompts", "maybe")]
    [InlineData("kechain", "login")]
    public void Parse_SettingWithoutMeaning_Refused(string name, string value)
    {
        PluginSettingsException refusal = Assert.Throws<PluginSettingsException>(
            () => KeychainSettings.Parse(new Dictionary<string, string> { [name] = value }));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AllSettings_Taken() => Assert.Equal(
        new KeychainSettings { Kind = KeychainKind.DataProtection, AccessGroup = "G", MayPrompt = false },
        KeychainSettings.Parse(new Dictionary<string, string> { ["keychain"] = "data-protection", ["access_group"] = "G", ["prompts"] = "refuse" }));
}
