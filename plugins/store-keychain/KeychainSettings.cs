using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>The plugin's settings, documented in docs/plugins/store-keychain.md.</summary>
internal sealed record KeychainSettings
{
    private const string KeychainName = "keychain";
    private const string AccessGroupName = "access_group";
    private const string PromptsName = "prompts";

    /// <summary>Which keychain.</summary>
    public KeychainKind Kind { get; init; } = KeychainKind.Login;

    /// <summary>The access group of what is written and read; null leaves the choice to the entitlements. Data protection only.</summary>
    public string? AccessGroup { get; init; }

    /// <summary>Whether the system may ask a person, for a password or for consent.</summary>
    public bool MayPrompt { get; init; } = true;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="PluginSettingsException">A setting is unknown or has no meaning.</exception>
    public static KeychainSettings Parse(IReadOnlyDictionary<string, string> settings)
    {
        KeychainSettings parsed = new();
        foreach ((string name, string value) in settings)
        {
            parsed = (name, value) switch
            {
                (KeychainName, "login") => parsed with { Kind = KeychainKind.Login },
                (KeychainName, "data-protection") => parsed with { Kind = KeychainKind.DataProtection },
                (KeychainName, _) => throw Meaningless(name, value, "'login' or 'data-protection'"),
                (AccessGroupName, { Length: > 0 }) => parsed with { AccessGroup = value },
                (AccessGroupName, _) => throw Meaningless(name, value, "the name of an access group"),
                (PromptsName, "allow") => parsed with { MayPrompt = true },
                (PromptsName, "refuse") => parsed with { MayPrompt = false },
                (PromptsName, _) => throw Meaningless(name, value, "'allow' or 'refuse'"),
                _ => throw new PluginSettingsException(
                    $"store-keychain has no setting '{name}'; it has {KeychainName}, {AccessGroupName} and {PromptsName}."),
            };
        }

        return parsed.AccessGroup is not null && parsed.Kind == KeychainKind.Login
            ? throw new PluginSettingsException($"{AccessGroupName} belongs to '{KeychainName}': 'data-protection'; the login keychain has no access groups.")
            : parsed;
    }

    private static PluginSettingsException Meaningless(string name, string value, string choice) =>
        new($"The setting {name} of store-keychain is '{value}'; it must be {choice}.");
}
