using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>The real KWallet, with an open wallet.</summary>
[SupportedOSPlatform("linux")]
public sealed class KWalletFixture : ProviderFixture
{
    private const string Settings = """
        [Wallet]
        Enabled=true
        First Use=false
        Prompt on Open=false
        Default Wallet=kdewallet
        Close When Idle=false

        [org.freedesktop.secrets]
        apiEnabled=true

        [org.freedesktop.secrets.aliases]
        default=kdewallet
        """;

    private protected override async Task StartProviderAsync(PrivateBus bus)
    {
        await File.WriteAllTextAsync(bus.Combine("config", "kwalletrc"), Settings);
        BusProgram first = bus.Start("kwalletd5", []);
        await bus.WaitForNameAsync("org.kde.kwalletd5");
        await OpenWalletAsync(bus);

        // A wallet that was made by PAM is a collection from the next start on.
        await Signals.SendAsync(first.ProcessId, "TERM");
        await first.WaitForExitAsync();
        await bus.WaitForNoNameAsync("org.freedesktop.secrets");
        bus.Start("kwalletd5", []);
        await bus.WaitForNameAsync("org.freedesktop.secrets");
        await OpenWalletAsync(bus);

        // To the Secret Service side of KWallet the open wallet is locked until somebody unlocks it, which asks nobody.
        await bus.RunOkAsync("secret-tool", ["store", "--label=first", "first", "yes"], "x");
        await WaitUntilOpenAsync(bus);
    }

    // What pam_kwallet does at login with the key that a password was hashed to, 56 bytes: makes the wallet, and opens it.
    private static Task<string> OpenWalletAsync(PrivateBus bus)
    {
        string key = "[" + string.Join(", ", Enumerable.Range(1, 56).Select(i => $"byte {i}")) + "]";
        return bus.RunOkAsync("gdbus", ["call", "--session", "--dest", "org.kde.kwalletd5", "--object-path", "/modules/kwalletd5", "--method", "org.kde.KWallet.pamOpen", "kdewallet", key, "0"]);
    }
}
