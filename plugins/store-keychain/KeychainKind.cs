namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>macOS has two kinds of keychain, with different rules.</summary>
internal enum KeychainKind
{
    /// <summary>The user's default keychain in a file, as a rule "login": where `security` and the field's tools keep theirs.</summary>
    Login,

    /// <summary>
    /// The data protection keychain: bound to this device and to the daemon's access group. Only code that is signed with
    /// an entitlement for it gets in (errSecMissingEntitlement otherwise).
    /// </summary>
    DataProtection,
}
