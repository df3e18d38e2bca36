using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>A generic password as the keychain gave it.</summary>
/// <param name="Service">Its service.</param>
/// <param name="Account">Its account, which is the target here.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Value">Its value, decoded, owned by the receiver; null where it was not asked for.</param>
internal sealed record KeychainItem(string Service, string Account, IReadOnlyDictionary<string, string> Attributes, SecretBuffer? Value);
