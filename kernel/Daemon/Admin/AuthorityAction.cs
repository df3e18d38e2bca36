namespace KeychainAuth.Daemon.Admin;

/// <summary>What needs a person's authority; the ids stand in the polkit policy file.</summary>
/// <param name="Id">Its id.</param>
internal sealed record AuthorityAction(string Id)
{
    /// <summary>To change which programs may use one's own secrets.</summary>
    internal static AuthorityAction ChangeOwnPolicy { get; } = new("org.keychain-auth.change-own-policy");

    /// <summary>To see or change what belongs to another user.</summary>
    internal static AuthorityAction ManageOthers { get; } = new("org.keychain-auth.manage-others");

    /// <summary>To replace the key that one's own secrets are sealed with.</summary>
    internal static AuthorityAction RotateOwnKey { get; } = new("org.keychain-auth.rotate-own-key");

    /// <summary>To put secrets into one's own store other than through an approved program.</summary>
    internal static AuthorityAction ImportSecrets { get; } = new("org.keychain-auth.import-secrets");
}
