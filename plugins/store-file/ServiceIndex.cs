using System.Diagnostics.CodeAnalysis;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The entries of one service: found by target, and listed by prefix from an ordinal order that is made when a listing
/// first needs it, so that loading and writing stay linear.
/// </summary>
internal sealed class ServiceIndex : IDisposable
{
    private readonly Dictionary<string, KeyringEntry> _entries = new(StringComparer.Ordinal);
    private string[]? _sorted;

    internal int Count => _entries.Count;

    internal IReadOnlyCollection<string> SortedTargets => Sorted;

    private string[] Sorted
    {
        get
        {
            if (_sorted is null)
            {
                _sorted = [.. _entries.Keys];
                Array.Sort(_sorted, StringComparer.Ordinal);
            }

            return _sorted;
        }
    }

    internal bool TryGet(string target, [MaybeNullWhen(false)] out KeyringEntry entry) => _entries.TryGetValue(target, out entry);

    /// <summary>Adds an entry; one that is there under the same target is disposed.</summary>
    internal void Set(string target, KeyringEntry entry)
    {
        if (_entries.Remove(target, out KeyringEntry? old))
        {
            old.Dispose();
        }
        else
        {
            _sorted = null;
        }

        _entries.Add(target, entry);
    }

    internal void Remove(string target)
    {
        if (_entries.Remove(target, out KeyringEntry? old))
        {
            old.Dispose();
            _sorted = null;
        }
    }

    /// <summary>Targets that start with <paramref name="prefix"/>, in ordinal order.</summary>
    internal IEnumerable<string> WithPrefix(string prefix)
    {
        string[] sorted = Sorted;
        int index = Array.BinarySearch(sorted, prefix, StringComparer.Ordinal);
        for (int i = index < 0 ? ~index : index; i < sorted.Length && sorted[i].StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            yield return sorted[i];
        }
    }

    public void Dispose()
    {
        foreach (KeyringEntry entry in _entries.Values)
        {
            entry.Dispose();
        }

        _entries.Clear();
        _sorted = null;
    }
}
