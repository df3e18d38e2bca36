using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>Reads values, wherever they lie.</summary>
internal sealed class ValueReader(ICredentials credentials)
{
    // A writer that replaces the value takes its old pieces away: then there is a new index to be read.
    private const int Attempts = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <returns>Null when there is no such secret.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal Secret? Read(string service, string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            using Credential? found = Find(service, target);
            if (found is null)
            {
                return null;
            }

            if (TryOpen(found, target, isLast: attempt == Attempts) is { } secret)
            {
                return secret;
            }

            Thread.Sleep(Pause);
        }
    }

    /// <summary>The attributes of a secret whose credential is at hand.</summary>
    /// <returns>Null when it is gone by now.</returns>
    internal IReadOnlyDictionary<string, string>? ReadAttributes(Credential credential, string service, string target)
    {
        if (!ValueIndex.IsMarked(credential.Blob.Span))
        {
            return credential.Attributes;
        }

        using Secret? secret = TryOpen(credential, target, isLast: false) ?? Read(service, target);
        return secret?.Attributes;
    }

    /// <summary>The credential of a secret: under the name that is ours, else under the one another tool would give it.</summary>
    internal Credential? Find(string service, string target)
    {
        string ours = CredentialName.Of(service, target);
        string plain = CredentialName.PlainOf(service, target);
        return FindUnder(ours, service, target) ?? (plain == ours ? null : FindUnder(plain, service, target));
    }

    /// <summary>Puts a value together from its pieces.</summary>
    /// <returns>Null when a piece is missing or the hash is another one.</returns>
    internal SecretBuffer? Assemble(PieceName name, ValueIndex index)
    {
        var content = new SecretBuffer(index.ContentLength);
        int filled = 0;
        for (int i = 0; i < index.Pieces; i++)
        {
            using Credential? piece = credentials.Read(name.At(i));
            if (piece is null || piece.Blob.Length != Math.Min(CredentialLimits.BlobBytes, index.ContentLength - filled))
            {
                content.Dispose();
                return null;
            }

            piece.Blob.Span.CopyTo(content.Span[filled..]);
            filled += piece.Blob.Length;
        }

        if (SHA256.HashData(content.Span).AsSpan().SequenceEqual(index.ContentHash))
        {
            return content;
        }

        content.Dispose();
        return null;
    }

    private Credential? FindUnder(string name, string service, string target)
    {
        Credential? found = credentials.Read(name);
        if (found is null || (found.UserName == target && CredentialName.FindService(found.Name, target) == service))
        {
            return found;
        }

        // Of another service or target whose name differs in case only, or of another kind altogether.
        found.Dispose();
        return null;
    }

    private Secret? TryOpen(Credential credential, string target, bool isLast)
    {
        ReadOnlySpan<byte> blob = credential.Blob.Span;
        if (!ValueIndex.IsMarked(blob))
        {
            return new Secret(target, new SecretBuffer(blob), credential.Attributes);
        }

        ValueIndex index = ValueIndex.Parse(blob) ?? throw Corrupt(credential);
        using SecretBuffer? content = index.Pieces == 0
            ? new SecretBuffer(blob[ValueIndex.HeadBytes..])
            : Assemble(PieceName.Of(credential.Name, index.Generation), index);
        if (content is null)
        {
            return isLast ? throw Corrupt(credential) : null;
        }

        return ValueContent.Split(content.Span, out int valueAt) is { } attributes
            ? new Secret(target, new SecretBuffer(content.Span[valueAt..]), attributes)
            : throw Corrupt(credential);
    }

    private static StoreException Corrupt(Credential credential) =>
        new(StoreError.Corrupt, $"The credential '{credential.Name}' is damaged: a piece of it is missing or was changed by another tool. Write the value anew.");
}
