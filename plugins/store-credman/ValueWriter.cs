using System.Collections.ObjectModel;
using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// Writes and deletes values. The caller holds the store's lock. A value changes with the writing of one credential:
/// what it needs is written, and read back, before, and what it no longer needs is deleted afterwards, so whoever dies
/// in between leaves the old value or the new one.
/// </summary>
internal sealed class ValueWriter(ICredentials credentials, ValueReader reader)
{
    private const string CanaryName = PieceName.Prefix + "canary";

    private bool? _keepsAttributes;
    private bool _isSwept;

    /// <exception cref="StoreException">It was not written; the old value is there.</exception>
    internal void Write(string service, Secret secret)
    {
        Sweep();
        string name = CredentialName.Of(service, secret.Target);
        using Credential? old = credentials.Read(name);
        if (old is not null && old.UserName != secret.Target)
        {
            throw new StoreException(
                StoreError.Corrupt, $"A credential named '{name}' is there already and is another tool's (its user name is not the target): nothing was overwritten.");
        }

        bool hadPieces = old is not null && ValueIndex.Parse(old.Blob.Span) is { Pieces: > 0 };
        PieceName? pieces = FitsPlainly(secret) ? WritePlainly(name, secret) : WriteIndexed(name, secret);
        if (hadPieces || pieces is not null)
        {
            DeletePieces(PieceName.Of(name, []), except: pieces);
        }

        string plain = CredentialName.PlainOf(service, secret.Target);
        if (plain != name)
        {
            DeleteForeign(plain, service, secret.Target);
        }
    }

    /// <returns>Whether there was one.</returns>
    /// <exception cref="StoreException">It was not deleted.</exception>
    internal bool Delete(string service, string target)
    {
        Sweep();

        // The other tool's first: it would come to light again when ours is gone.
        string name = CredentialName.Of(service, target);
        string plain = CredentialName.PlainOf(service, target);
        bool existed = plain != name && DeleteForeign(plain, service, target);
        using Credential? old = credentials.Read(name);
        if (old is null || old.UserName != target)
        {
            return existed;
        }

        existed |= credentials.Delete(name);
        if (ValueIndex.Parse(old.Blob.Span) is { Pieces: > 0 })
        {
            DeletePieces(PieceName.Of(name, []), except: null);
        }

        return existed;
    }

    private bool FitsPlainly(Secret secret) =>
        secret.Value.Length <= CredentialLimits.BlobBytes
        && !ValueIndex.IsMarked(secret.Value.Span)
        && (secret.Attributes.Count == 0 || (!secret.Attributes.ContainsKey("") && KeepsAttributes()));

    private PieceName? WritePlainly(string name, Secret secret)
    {
        using var credential = new Credential(name, secret.Target, new SecretBuffer(secret.Value.Span), secret.Attributes);
        WriteChecked(credential);
        return null;
    }

    /// <returns>The pieces that hold it; null when the index has room for it.</returns>
    private PieceName? WriteIndexed(string name, Secret secret)
    {
        using SecretBuffer content = ValueContent.Join(secret.Attributes, secret.Value.Span);
        bool isInside = ValueIndex.HeadBytes + content.Length <= CredentialLimits.BlobBytes;
        byte[] generation = RandomNumberGenerator.GetBytes(16);
        var index = new ValueIndex(
            generation, isInside ? 0 : ValueIndex.CountPieces(content.Length), content.Length, SHA256.HashData(content.Span));
        PieceName pieces = PieceName.Of(name, generation);
        if (!isInside)
        {
            WritePieces(pieces, index, content);
        }

        var blob = new SecretBuffer(ValueIndex.HeadBytes + (isInside ? content.Length : 0));
        using var credential = new Credential(name, secret.Target, blob, ReadOnlyDictionary<string, string>.Empty);
        index.WriteHead(blob.Span);
        if (isInside)
        {
            content.Span.CopyTo(blob.Span[ValueIndex.HeadBytes..]);
        }

        WriteChecked(credential);
        return isInside ? null : pieces;
    }

    private void WritePieces(PieceName name, ValueIndex index, SecretBuffer content)
    {
        try
        {
            for (int i = 0; i < index.Pieces; i++)
            {
                int start = i * CredentialLimits.BlobBytes;
                int length = Math.Min(CredentialLimits.BlobBytes, content.Length - start);
                using var piece = new Credential(
                    name.At(i), PieceName.User, new SecretBuffer(content.Span.Slice(start, length)), ReadOnlyDictionary<string, string>.Empty);
                credentials.Write(piece);
            }

            using SecretBuffer written = reader.Assemble(name, index) ?? throw NotKept();
        }
        catch (StoreException)
        {
            // Best effort: what stays behind is swept at the next start.
            TryDelete(name, index.Pieces);
            throw;
        }
    }

    private void WriteChecked(Credential credential)
    {
        credentials.Write(credential);
        using Credential? written = credentials.Read(credential.Name);
        if (written is null
            || written.UserName != credential.UserName
            || !CryptographicOperations.FixedTimeEquals(written.Blob.Span, credential.Blob.Span)
            || !AreEqual(written.Attributes, credential.Attributes))
        {
            throw NotKept();
        }
    }

    private bool DeleteForeign(string name, string service, string target)
    {
        using Credential? foreign = credentials.Read(name);
        return foreign is not null
            && foreign.UserName == target
            && CredentialName.FindService(foreign.Name, target) == service
            && credentials.Delete(name);
    }

    private void DeletePieces(PieceName owner, PieceName? except)
    {
        foreach (Credential piece in credentials.Enumerate(owner.OwnerPrefix, withBlobs: false))
        {
            using (piece)
            {
                if (PieceName.Parse(piece.Name) != except)
                {
                    credentials.Delete(piece.Name);
                }
            }
        }
    }

    private void TryDelete(PieceName name, int count)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                credentials.Delete(name.At(i));
            }
        }
        catch (StoreException)
        {
            // The failure that led here is the one to be told.
        }
    }

    /// <summary>Whether attributes come back: the documentation says so, and not every implementation does.</summary>
    private bool KeepsAttributes()
    {
        if (_keepsAttributes is { } known)
        {
            return known;
        }

        var attributes = new Dictionary<string, string> { ["keychain-auth"] = "canary" };
        using (var canary = new Credential(CanaryName, PieceName.User, new SecretBuffer(1), attributes))
        {
            credentials.Write(canary);
        }

        using Credential? written = credentials.Read(CanaryName);
        credentials.Delete(CanaryName);
        _keepsAttributes = written is not null && AreEqual(written.Attributes, attributes);
        return _keepsAttributes.Value;
    }

    /// <summary>Deletes pieces that no index names, which writers left who died. Once; it has to list everything.</summary>
    private void Sweep()
    {
        if (_isSwept)
        {
            return;
        }

        IReadOnlyList<Credential> pieces = credentials.Enumerate(PieceName.Prefix, withBlobs: false);
        if (pieces.Count > 0)
        {
            HashSet<PieceName> live = FindLive();
            foreach (Credential piece in pieces)
            {
                using (piece)
                {
                    if (PieceName.Parse(piece.Name) is not { } name || !live.Contains(name))
                    {
                        credentials.Delete(piece.Name);
                    }
                }
            }
        }

        _isSwept = true;
    }

    private HashSet<PieceName> FindLive()
    {
        var live = new HashSet<PieceName>();
        foreach (Credential credential in credentials.Enumerate("", withBlobs: true))
        {
            using (credential)
            {
                if (ValueIndex.Parse(credential.Blob.Span) is { Pieces: > 0 } index)
                {
                    live.Add(PieceName.Of(credential.Name, index.Generation));
                }
            }
        }

        return live;
    }

    private static bool AreEqual(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(item => right.TryGetValue(item.Key, out string? value) && value == item.Value);

    private static StoreException NotKept() =>
        new(StoreError.Corrupt, "The Credential Manager did not keep what was written: read back, it is something else.");
}
