using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>
/// A secret as it is to stand in the keychain: copied from the caller's before the call leaves the caller's thread, because
/// a caller that gives up zeroes its own while ours may still be on its way. Zeroed on disposal.
/// </summary>
internal sealed class StoredSecret(Secret secret) : IDisposable
{
    internal string Account { get; } = secret.Target;

    internal byte[] Attributes { get; } = AttributeText.Encode(secret.Attributes);

    internal SecretBuffer Value { get; } = ValueText.Encode(secret.Value.Span);

    public void Dispose() => Value.Dispose();
}
