using System.Security.Cryptography;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>
/// Generic passwords in the keychain, one call each. Calls block, for as long as a person is asked. A secret passes
/// through pinned memory only, which is zeroed; what the system keeps of it in its own processes is the system's.
/// </summary>
internal sealed class Keychain(KeychainSettings settings)
{
    /// <summary>Whether the keychain is unlocked, and may be read and written. Never asks anybody.</summary>
    /// <returns>An OSStatus; the data protection keychain is unlocked whenever the user's session is.</returns>
    internal int Look(out bool isUnlocked, out bool isUsable)
    {
        if (settings.Kind == KeychainKind.DataProtection)
        {
            // A search for what is not there shows whether we are let in at all.
            int found = Find("keychain-auth probe", "", withValue: false, out KeychainItem? item);
            item?.Value?.Dispose();
            isUnlocked = isUsable = found is KeychainStatus.Success or KeychainStatus.ItemNotFound;
            return found == KeychainStatus.ItemNotFound ? KeychainStatus.Success : found;
        }

        int status = Security.SecKeychainGetStatus(out uint state);
        isUnlocked = (state & Security.kSecUnlockStateStatus) != 0;
        isUsable = (state & Security.kSecReadPermStatus) != 0;
        return status;
    }

    /// <summary>Whether the keychain says that it is locked.</summary>
    internal bool IsLocked() => settings.Kind == KeychainKind.Login
        && Security.SecKeychainGetStatus(out uint state) == KeychainStatus.Success
        && (state & Security.kSecUnlockStateStatus) == 0;

    /// <summary>Decides for the whole process whether keychains in files may ask a person.</summary>
    internal int ApplyPromptSetting() => settings.MayPrompt || settings.Kind == KeychainKind.DataProtection
        ? KeychainStatus.Success
        : Security.SecKeychainSetUserInteractionAllowed(0);

    /// <summary>Reads one item.</summary>
    /// <returns>An OSStatus; the item is set with success only.</returns>
    /// <exception cref="StoreException">What is stored cannot be read as what it should be.</exception>
    internal int Find(string service, string account, bool withValue, out KeychainItem? item)
    {
        using KeychainQuery query = Named(service, account);
        query.Add(Security.Item.MatchLimit, Security.Item.MatchLimitOne);
        query.Add(Security.Item.ReturnAttributes, CoreFoundation.True);
        if (withValue)
        {
            query.Add(Security.Item.ReturnData, CoreFoundation.True);
        }

        int status = Security.SecItemCopyMatching(query.Dictionary, out SafeCFHandle result);
        using (result)
        {
            item = status == KeychainStatus.Success ? Read(result.DangerousGetHandle(), withValue) : null;
            return status == KeychainStatus.Success && item is null ? KeychainStatus.Decode : status;
        }
    }

    /// <summary>Lists the items of a service, without values.</summary>
    /// <returns>An OSStatus; nothing is found with success and an empty list.</returns>
    internal int List(string service, out IReadOnlyList<KeychainItem> items)
    {
        using KeychainQuery query = KeychainQuery.Create(settings);
        query.Add(Security.Item.AttrService, service);
        query.Add(Security.Item.MatchLimit, Security.Item.MatchLimitAll);
        query.Add(Security.Item.ReturnAttributes, CoreFoundation.True);
        int status = Security.SecItemCopyMatching(query.Dictionary, out SafeCFHandle result);
        using (result)
        {
            List<KeychainItem> found = [];
            if (status == KeychainStatus.Success)
            {
                nint array = result.DangerousGetHandle();
                for (nint index = 0; index < CoreFoundation.CFArrayGetCount(array); index++)
                {
                    // An item without a name that is text cannot be one of ours.
                    if (Read(CoreFoundation.CFArrayGetValueAtIndex(array, index), withValue: false) is { } item)
                    {
                        found.Add(item);
                    }
                }
            }

            items = found;
            return status == KeychainStatus.ItemNotFound ? KeychainStatus.Success : status;
        }
    }

    /// <summary>Changes an item, attributes included, or adds it.</summary>
    /// <returns>An OSStatus.</returns>
    internal int Put(string service, StoredSecret secret)
    {
        // Somebody may add or delete it between the two calls: then the other one is right.
        int status = KeychainStatus.ItemNotFound;
        for (int attempt = 0; attempt < 3 && status is KeychainStatus.ItemNotFound or KeychainStatus.DuplicateItem; attempt++)
        {
            status = status == KeychainStatus.ItemNotFound && attempt > 0 ? Add(service, secret) : Update(service, secret);
        }

        return status;
    }

    /// <summary>Deletes an item.</summary>
    /// <returns>An OSStatus.</returns>
    internal int Delete(string service, string account)
    {
        using KeychainQuery query = Named(service, account);
        return Security.SecItemDelete(query.Dictionary);
    }

    private int Update(string service, StoredSecret secret)
    {
        using KeychainQuery query = Named(service, secret.Account);
        using KeychainQuery change = KeychainQuery.CreateChange();
        Fill(change, secret);
        return Security.SecItemUpdate(query.Dictionary, change.Dictionary);
    }

    private int Add(string service, StoredSecret secret)
    {
        using KeychainQuery item = Named(service, secret.Account);
        item.Add(Security.Item.AttrLabel, service);
        if (settings.Kind == KeychainKind.DataProtection)
        {
            item.Add(Security.Item.AttrAccessible, Security.Item.AttrAccessibleWhenUnlockedThisDeviceOnly);
        }

        Fill(item, secret);
        return Security.SecItemAdd(item.Dictionary);
    }

    private static void Fill(KeychainQuery query, StoredSecret secret)
    {
        query.Add(Security.Item.AttrGeneric, secret.Attributes);
        query.AddSecret(Security.Item.ValueData, secret.Value);
    }

    private KeychainQuery Named(string service, string account)
    {
        KeychainQuery query = KeychainQuery.Create(settings);
        query.Add(Security.Item.AttrService, service);
        query.Add(Security.Item.AttrAccount, account);
        return query;
    }

    /// <summary>Takes an item's dictionary apart. The value's bytes are zeroed where they lie once they were copied.</summary>
    private static KeychainItem? Read(nint dictionary, bool withValue)
    {
        if (dictionary == 0 || CoreFoundation.CFGetTypeID(dictionary) != CoreFoundation.CFDictionaryGetTypeID()
            || CoreFoundation.ReadString(CoreFoundation.CFDictionaryGetValue(dictionary, Security.Item.AttrService)) is not { } service
            || CoreFoundation.ReadString(CoreFoundation.CFDictionaryGetValue(dictionary, Security.Item.AttrAccount)) is not { } account)
        {
            return null;
        }

        IReadOnlyDictionary<string, string> attributes = AttributeText.Decode(
            CoreFoundation.TryGetBytes(CoreFoundation.CFDictionaryGetValue(dictionary, Security.Item.AttrGeneric), out Span<byte> generic) ? generic : []);
        if (!withValue)
        {
            return new KeychainItem(service, account, attributes, Value: null);
        }

        if (!CoreFoundation.TryGetBytes(CoreFoundation.CFDictionaryGetValue(dictionary, Security.Item.ValueData), out Span<byte> stored))
        {
            return null;
        }

        try
        {
            return new KeychainItem(service, account, attributes, ValueText.Decode(stored));
        }
        finally
        {
            // Ours alone: SecItemCopyMatching made the dictionary and the data in it for this call.
            CryptographicOperations.ZeroMemory(stored);
        }
    }
}
