using System.Runtime.Versioning;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>The real KeePassXC, with an open database whose root group is exposed.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeePassXCFixture : ProviderFixture
{
    private const string Password = "pw";

    // Saved when it is closed and not at every change: 2.7.4 crashes when its database changes while it is being saved.
    private const string Settings = """
        [General]
        ConfigVersion=2
        UpdateCheckMessageShown=true
        AutoSaveAfterEveryChange=false

        [GUI]
        CheckForUpdates=false

        [FdoSecrets]
        Enabled=true
        ConfirmAccessItem=false
        ConfirmDeleteItem=false
        ShowNotification=false
        """;

    private protected override async Task StartProviderAsync(PrivateBus bus)
    {
        Directory.CreateDirectory(bus.Combine("config", "keepassxc"));
        string settings = bus.Combine("config", "keepassxc", "keepassxc.ini");
        await File.WriteAllTextAsync(settings, Settings);
        string database = await CreateDatabaseAsync(bus);
        bus.Start("keepassxc", ["--config", settings, "--localconfig", bus.Combine("cache", "keepassxc.ini"), "--pw-stdin", database], Password + "\n");
        await bus.WaitForNameAsync("org.freedesktop.secrets");
        await WaitUntilOpenAsync(bus);
    }

    // Only a group that the database itself names is exposed, so it is named in an export and taken back in.
    private static async Task<string> CreateDatabaseAsync(PrivateBus bus)
    {
        string empty = bus.Combine("home", "empty.kdbx");
        string database = bus.Combine("home", "secrets.kdbx");
        string document = bus.Combine("home", "secrets.xml");
        await bus.RunOkAsync("keepassxc-cli", ["db-create", "--set-password", empty], $"{Password}\n{Password}\n");
        string xml = await bus.RunOkAsync("keepassxc-cli", ["export", empty], Password + "\n");
        xml = xml[xml.IndexOf("<?xml", StringComparison.Ordinal)..];
        string root = xml[(xml.IndexOf("<UUID>", StringComparison.Ordinal) + "<UUID>".Length)..];
        string id = Convert.ToHexStringLower(Convert.FromBase64String(root[..root.IndexOf('<', StringComparison.Ordinal)]));
        string exposed = $"<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{Guid.ParseExact(id, "N")}}}</Value></Item>";
        xml = xml.Replace("</Meta>", $"<CustomData>{exposed}</CustomData></Meta>", StringComparison.Ordinal);
        await File.WriteAllTextAsync(document, xml);
        await bus.RunOkAsync("keepassxc-cli", ["import", "--set-password", document, database], $"{Password}\n{Password}\n");
        return database;
    }
}
