using System.Buffers;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>A dictionary of attributes for a SecItem function. Owns all that it was given.</summary>
internal sealed class KeychainQuery : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private KeychainQuery() => _owned.Add(Dictionary = CoreFoundation.CreateDictionary());

    internal SafeCFHandle Dictionary { get; }

    /// <summary>A query for generic passwords in the keychain that the settings name.</summary>
    internal static KeychainQuery Create(KeychainSettings settings)
    {
        KeychainQuery query = new();
        query.Add(Security.Item.Class, Security.Item.ClassGenericPassword);
        if (settings.Kind == KeychainKind.DataProtection)
        {
            query.Add(Security.Item.UseDataProtectionKeychain, CoreFoundation.True);
            if (settings.AccessGroup is { } group)
            {
                query.Add(Security.Item.AttrAccessGroup, group);
            }

            if (!settings.MayPrompt)
            {
                query.Add(Security.Item.UseAuthenticationUI, Security.Item.UseAuthenticationUIFail);
            }
        }

        return query;
    }

    /// <summary>Attributes alone, for what an update changes.</summary>
    internal static KeychainQuery CreateChange() => new();

    internal void Add(nint key, nint constant) => CoreFoundation.CFDictionarySetValue(Dictionary, key, constant);

    internal void Add(nint key, string text) => Add(key, CoreFoundation.CreateString(text));

    internal void Add(nint key, ReadOnlySpan<byte> bytes) => Add(key, CoreFoundation.CreateData(bytes));

    /// <summary>Adds a secret without copying it. The caller disposes it after the query.</summary>
    internal unsafe void AddSecret(nint key, SecretBuffer secret)
    {
        MemoryHandle pin = secret.Pin();
        _owned.Insert(0, pin);
        Add(key, CoreFoundation.CreateDataAround((byte*)pin.Pointer, secret.Length));
    }

    public void Dispose()
    {
        // Values before what they point to, the dictionary, which retains them, first of all.
        Dictionary.Dispose();
        for (int index = _owned.Count - 1; index >= 0; index--)
        {
            _owned[index].Dispose();
        }
    }

    private void Add(nint key, SafeCFHandle value)
    {
        _owned.Add(value);
        CoreFoundation.CFDictionarySetValue(Dictionary, key, value);
    }
}
