using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The file's content in memory, by service and target. Also holds members whose key names no service (no <c>:</c>):
/// they are somebody else's and go back into the file as they came.
/// </summary>
internal sealed class Keyring : IDisposable
{
    private readonly SortedDictionary<string, ServiceIndex> _services = new(StringComparer.Ordinal);
    private readonly List<SecretBuffer> _foreign = [];

    internal IEnumerable<KeyValuePair<string, ServiceIndex>> Services => _services;

    internal IReadOnlyList<SecretBuffer> Foreign => _foreign;

    internal ServiceIndex? Find(string service) => _services.GetValueOrDefault(service);

    internal void Set(string service, string target, KeyringEntry entry)
    {
        if (!_services.TryGetValue(service, out ServiceIndex? index))
        {
            index = new ServiceIndex();
            _services.Add(service, index);
        }

        index.Set(target, entry);
    }

    internal void AddForeign(SecretBuffer rawMember) => _foreign.Add(rawMember);

    /// <summary>Makes a change that is in the file already true in memory too.</summary>
    internal void Apply(KeyringChange change)
    {
        ServiceIndex? index = Find(change.Service);
        foreach ((string target, Secret? secret) in change.Items)
        {
            if (secret is null)
            {
                index?.Remove(target);
            }
            else if (index is not null && index.TryGet(target, out KeyringEntry? entry))
            {
                entry.Replace(new SecretBuffer(secret.Value.Span), KeyringChange.CopyOf(secret.Attributes));
            }
            else
            {
                Set(change.Service, target, new KeyringEntry(new SecretBuffer(secret.Value.Span), KeyringChange.CopyOf(secret.Attributes), null, null));
                index ??= Find(change.Service);
            }
        }

        if (index is { Count: 0 })
        {
            _services.Remove(change.Service);
        }
    }

    public void Dispose()
    {
        foreach (ServiceIndex index in _services.Values)
        {
            index.Dispose();
        }

        _services.Clear();
        _foreign.ForEach(member => member.Dispose());
        _foreign.Clear();
    }
}
