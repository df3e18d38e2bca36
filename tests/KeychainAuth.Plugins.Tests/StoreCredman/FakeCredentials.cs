using System.Collections.ObjectModel;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreCredman;

/// <summary>
/// A Credential Manager in memory, as strict as the documented one: names without case, limits enforced. It can lose
/// attributes, as Wine's does, and it can die at any step.
/// </summary>
internal sealed class FakeCredentials : ICredentials
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Stored> _stored = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether attributes come back.</summary>
    public bool KeepsAttributes { get; init; } = true;

    /// <summary>After how many changes the process dies; null for never.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>How many changes were made.</summary>
    public int Changes { get; private set; }

    public string Fingerprint => string.Join('\n', _stored.Select(s => $"{s.Key} {s.Value.User} {Convert.ToHexString(s.Value.Blob)}"));

    public IEnumerable<string> Names => [.. _stored.Keys];

    /// <summary>The raw blob of a credential.</summary>
    public byte[] Blob(string name) => _stored[name].Blob;

    /// <summary>What another tool would do.</summary>
    public void Put(string name, string user, byte[] blob, Dictionary<string, string>? attributes = null) =>
        _stored[name] = new Stored(name, user, blob, attributes ?? []);

    public Credential? Read(string name)
    {
        lock (_gate)
        {
            return _stored.TryGetValue(name, out Stored? found) ? found.Open(withBlob: true) : null;
        }
    }

    public void Write(Credential credential)
    {
        Assert.InRange(credential.Name.Length, 1, 32767);
        Assert.InRange(credential.UserName.Length, 1, 513);
        Assert.InRange(credential.Blob.Length, 0, 2560);
        Assert.InRange(credential.Attributes.Count, 0, 64);
        lock (_gate)
        {
            Step();
            _stored[credential.Name] = new Stored(
                credential.Name, credential.UserName, credential.Blob.Span.ToArray(), KeepsAttributes ? new(credential.Attributes) : []);
        }
    }

    public bool Delete(string name)
    {
        lock (_gate)
        {
            Step();
            return _stored.Remove(name);
        }
    }

    public IReadOnlyList<Credential> Enumerate(string prefix, bool withBlobs)
    {
        lock (_gate)
        {
            return [.. _stored.Where(s => s.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(s => s.Value.Open(withBlobs))];
        }
    }

    private void Step()
    {
        if (Changes == DiesAfter)
        {
            throw new DeathException();
        }

        Changes++;
    }

    private sealed record Stored(string Name, string User, byte[] Blob, Dictionary<string, string> Attributes)
    {
        internal Credential Open(bool withBlob) =>
            new(Name, User, new SecretBuffer(withBlob ? Blob : []), new ReadOnlyDictionary<string, string>(Attributes));
    }
}
