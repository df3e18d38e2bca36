using System.Collections.ObjectModel;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>One batch for one service. It holds the caller's secrets and copies nothing until it is in the file.</summary>
internal sealed class KeyringChange
{
    private readonly Dictionary<string, Secret?> _items;

    private KeyringChange(string service, Dictionary<string, Secret?> items)
    {
        Service = service;
        _items = items;
    }

    internal string Service { get; }

    /// <summary>What becomes of each target: a secret, or null where it goes.</summary>
    internal IReadOnlyDictionary<string, Secret?> Items => _items;

    /// <summary>Whether this change leaves a file alone in which none of its targets exist.</summary>
    internal bool OnlyDeletes { get; private init; }

    internal static KeyringChange Write(string service, IReadOnlyList<Secret> secrets)
    {
        Dictionary<string, Secret?> items = new(secrets.Count, StringComparer.Ordinal);
        foreach (Secret secret in secrets)
        {
            items[secret.Target] = secret;
        }

        return new KeyringChange(service, items);
    }

    internal static KeyringChange Delete(string service, IReadOnlyList<string> targets)
    {
        Dictionary<string, Secret?> items = new(targets.Count, StringComparer.Ordinal);
        foreach (string target in targets)
        {
            items[target] = null;
        }

        return new KeyringChange(service, items) { OnlyDeletes = true };
    }

    /// <summary>How many of the targets exist.</summary>
    internal int CountExisting(Keyring keyring)
    {
        ServiceIndex? index = keyring.Find(Service);
        return index is null ? 0 : _items.Keys.Count(target => index.TryGet(target, out _));
    }

    /// <summary>Attributes as the index keeps them: the caller may change its own dictionary afterwards.</summary>
    internal static IReadOnlyDictionary<string, string> CopyOf(IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count == 0 ? ReadOnlyDictionary<string, string>.Empty : new Dictionary<string, string>(attributes, StringComparer.Ordinal).AsReadOnly();
}
