using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>One stored secret, with what other tools keep beside it. Zeroed when disposed.</summary>
/// <param name="value">The value; owned from now on.</param>
/// <param name="attributes">Public attributes.</param>
/// <param name="foreign">
/// Members of the entry that are not ours, as raw JSON (<c>"name": value, ...</c>), the last duplicate last; null when
/// there are none. Pinned like a value, because nobody knows what is in them.
/// </param>
/// <param name="publicPart">The member <c>public</c> as raw JSON where it is not the empty string.</param>
internal sealed class KeyringEntry(SecretBuffer value, IReadOnlyDictionary<string, string> attributes, SecretBuffer? foreign, SecretBuffer? publicPart) : IDisposable
{
    internal SecretBuffer Value { get; private set; } = value;

    internal IReadOnlyDictionary<string, string> Attributes { get; private set; } = attributes;

    internal SecretBuffer? Foreign { get; } = foreign;

    internal SecretBuffer? PublicPart { get; } = publicPart;

    /// <summary>Takes a new value and new attributes; what other tools keep in the entry stays.</summary>
    internal void Replace(SecretBuffer value, IReadOnlyDictionary<string, string> attributes)
    {
        Value.Dispose();
        Value = value;
        Attributes = attributes;
    }

    public void Dispose()
    {
        Value.Dispose();
        Foreign?.Dispose();
        PublicPart?.Dispose();
    }
}
