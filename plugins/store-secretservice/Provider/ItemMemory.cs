namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// Where one provider's items were when they were read last: paths, no values. A guess to begin with, never an answer:
/// whoever uses it also asks whether the items are still the ones. Used on the GLib thread only.
/// </summary>
internal sealed class ItemMemory
{
    // Some hundred bytes each; beyond, everything is forgotten and learnt again.
    private const int Most = 4096;

    private readonly Dictionary<(string Collection, string Service, string Target), string> _paths = [];

    /// <returns>One path for each target, in their order; null when not all are known.</returns>
    internal string[]? Recall(string collection, string service, IReadOnlyList<string> targets)
    {
        string[] paths = new string[targets.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            if (!_paths.TryGetValue((collection, service, targets[i]), out paths[i]!))
            {
                return null;
            }
        }

        return paths;
    }

    /// <summary>Remembers where the items of some targets are, unless there are others beside them to choose from.</summary>
    /// <param name="collection">The collection they are in.</param>
    /// <param name="service">Their service.</param>
    /// <param name="targets">What was searched for.</param>
    /// <param name="items">All that the search found.</param>
    internal void Remember(string collection, string service, IReadOnlyList<string> targets, IReadOnlyList<StoredItem> items)
    {
        if (_paths.Count + targets.Count > Most)
        {
            _paths.Clear();
        }

        foreach (string target in targets)
        {
            StoredItem? item = items.Count == targets.Count ? items.FirstOrDefault(item => item.Service == service && item.Target == target) : null;
            if (item is not null)
            {
                _paths[(collection, service, target)] = item.Path;
            }
            else
            {
                _ = _paths.Remove((collection, service, target));
            }
        }
    }
}
