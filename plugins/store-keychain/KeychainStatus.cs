using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>The answers of the Keychain Services that are told apart here (SecBase.h), and what mends them.</summary>
internal static class KeychainStatus
{
    internal const int Success = 0;
    internal const int UserCancelled = -128;
    internal const int NotAvailable = -25291;
    internal const int ReadOnly = -25292;
    internal const int AuthFailed = -25293;
    internal const int NoSuchKeychain = -25294;
    internal const int InvalidKeychain = -25295;
    internal const int DuplicateItem = -25299;
    internal const int ItemNotFound = -25300;
    internal const int DataTooLarge = -25302;
    internal const int NoDefaultKeychain = -25307;
    internal const int InteractionNotAllowed = -25308;
    internal const int InteractionRequired = -25315;
    internal const int NoAccessForItem = -25243;
    internal const int Decode = -26275;
    internal const int MissingEntitlement = -34018;

    /// <summary>The failure that an answer is.</summary>
    /// <param name="status">Neither success nor an answer that the caller expects.</param>
    /// <param name="isLocked">Whether the keychain says that it is locked, for the answers that do not tell.</param>
    /// <param name="completed">See <see cref="StoreException.Completed"/>.</param>
    internal static StoreException ToException(int status, bool isLocked, int? completed = null)
    {
        (StoreError error, string message) = Describe(status, isLocked);
        return new StoreException(error, $"{message} (OSStatus {status}).", status, completed);
    }

    private static (StoreError Error, string Message) Describe(int status, bool isLocked) => status switch
    {
        InteractionNotAllowed or InteractionRequired when isLocked =>
            (StoreError.Locked, "The keychain is locked, and nobody may be asked to unlock it: unlock it in Keychain Access, or with 'security unlock-keychain'"),
        InteractionNotAllowed or InteractionRequired =>
            (StoreError.AccessDenied, "The keychain would have to ask a person before it lets the daemon at this item, and may not: log in at the screen, or set \"prompts\" to \"allow\""),
        AuthFailed when isLocked =>
            (StoreError.Locked, "The keychain stayed locked, because the password was wrong"),
        AuthFailed =>
            (StoreError.AccessDenied, "The keychain refuses the daemon: allow keychain-authd in the item's access control in Keychain Access"),
        NoAccessForItem =>
            (StoreError.AccessDenied, "The keychain lets the daemon not at this item: allow keychain-authd in its access control in Keychain Access"),
        UserCancelled =>
            (StoreError.UserCancelled, "A person dismissed the keychain's question"),
        MissingEntitlement =>
            (StoreError.AccessDenied, "The data protection keychain takes only code that is signed with an entitlement for it: sign keychain-authd with keychain-access-groups, or set \"keychain\" to \"login\""),
        DataTooLarge =>
            (StoreError.TooLarge, "The value is larger than the keychain takes"),
        ReadOnly =>
            (StoreError.AccessDenied, "The keychain is read-only"),
        NoSuchKeychain or NoDefaultKeychain =>
            (StoreError.Unavailable, "There is no default keychain: create one in Keychain Access, or run the daemon in the user's own session"),
        InvalidKeychain or Decode =>
            (StoreError.Corrupt, "The keychain cannot be read as one: check it in Keychain Access"),
        NotAvailable =>
            (StoreError.Unavailable, "No keychain is available: run the daemon in the user's own session"),
        _ =>
            (StoreError.Unavailable, "The keychain failed"),
    };
}
