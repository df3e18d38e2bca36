using KeychainAuth.Core.Files;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// One user's data keys, unwrapped in memory as keys.json says. Reads of the file never write it; whoever calls a member
/// that changes it holds the <see cref="WriterLock"/>.
/// </summary>
/// <param name="path">keys.json. Its directory belongs to the daemon alone.</param>
/// <param name="userId">Whose keys.</param>
/// <param name="masters">What wraps them. Not owned.</param>
/// <param name="time">The clock.</param>
internal sealed class DataKeys(string path, uint userId, MasterKeys masters, TimeProvider time) : IDisposable
{
    private readonly JsonFile<KeyDocument> _file = KeyDocument.At(path, userId);

    // Held for reading while a key is used, for writing while keys are replaced: none is zeroed under a reader.
    private readonly ReaderWriterLockSlim _gate = new();
    private Dictionary<KeyId, SealingKey> _keys = [];
    private KeyId? _current;
    private bool _disposed;

    internal uint UserId { get; } = userId;

    /// <summary>Makes sure that keys are in memory, where there are any.</summary>
    /// <returns>Whether there are; false for a user who has never stored anything.</returns>
    /// <exception cref="StoreException">There are, and they cannot be unwrapped.</exception>
    internal bool TryLoad()
    {
        _gate.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is not null)
            {
                return true;
            }
        }
        finally
        {
            _gate.ExitReadLock();
        }

        return Reload();
    }

    /// <summary>Takes what keys.json says now: another process may have changed it.</summary>
    /// <returns>Whether there are keys.</returns>
    /// <exception cref="StoreException">There are, and they cannot be unwrapped. What was in memory stays.</exception>
    internal bool Reload()
    {
        KeyDocument document = Read();
        if (document.Keys.Count == 0)
        {
            _ = masters.Require();
            return _current is null ? false : throw Lost();
        }

        Take(Unwrap(document), document);
        return true;
    }

    /// <summary>Seals under the current key.</summary>
    internal SecretBuffer Seal(ReadOnlySpan<byte> place, ReadOnlySpan<byte> plaintext)
    {
        _gate.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return SealedBox.Seal(_keys[_current!.Value], place, plaintext);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Opens with the key that the box names.</summary>
    /// <param name="place">Where the box was found.</param>
    /// <param name="box">The box.</param>
    /// <param name="isKnown">Whether that key is at hand.</param>
    /// <returns>Null when the key is not at hand, or when it is and did not make this box for this place.</returns>
    internal SecretBuffer? TryOpen(ReadOnlySpan<byte> place, ReadOnlySpan<byte> box, out bool isKnown)
    {
        _gate.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            isKnown = _keys.TryGetValue(SealedBox.KeyOf(box) ?? default, out SealingKey? key);
            return isKnown ? SealedBox.TryOpen(key!, place, box) : null;
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Whether this is the key that new values are sealed with.</summary>
    internal bool IsCurrent(KeyId id) => _current == id;

    /// <summary>Whether a rotation has begun and not ended.</summary>
    internal bool IsRotating => _keys.Count > 1;

    /// <summary>What keys.json says, for people.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal IReadOnlyList<KeyRecord> Describe() => Read().Keys;

    /// <summary>Makes the first key where there is none, and has all keys wrapped by the current master key.</summary>
    /// <exception cref="StoreException">The keys that are there cannot be unwrapped, or none can be written.</exception>
    internal void Prepare()
    {
        SealingKey master = masters.Require();
        if (!Reload())
        {
            using SealingKey first = SealingKey.Generate();
            Change(document => document.Keys.Add(Wrap(first, KeyRecord.Current, master)));
        }
        else if (Read().Keys.Exists(key => key.WrappedBy != master.Id.ToString()))
        {
            Change(document => WrapAnew(document, master));
        }
    }

    /// <summary>Adds a key that seals from now on; the one before only opens.</summary>
    internal void AddCurrent()
    {
        SealingKey master = masters.Require();
        using SealingKey next = SealingKey.Generate();
        Change(document =>
        {
            document.Keys.ForEach(key => key.State = KeyRecord.Retiring);
            document.Keys.Insert(0, Wrap(next, KeyRecord.Current, master));
        });
    }

    /// <summary>Forgets the keys that only open. Whoever calls has made sure that nothing needs them.</summary>
    internal void DropRetiring() => Change(document => document.Keys.RemoveAll(key => key.State == KeyRecord.Retiring));

    public void Dispose()
    {
        _gate.EnterWriteLock();
        try
        {
            _disposed = true;
            Forget();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void Change(Action<KeyDocument> change)
    {
        try
        {
            _file.Update(document =>
            {
                change(document);
                return true;
            });
        }
        catch (DocumentException e)
        {
            throw new StoreException(StoreError.Unavailable, $"The user's keys could not be changed: {e.Message}", innerException: e);
        }

        Reload();
    }

    private KeyDocument Read()
    {
        try
        {
            return _file.Read();
        }
        catch (DocumentException e)
        {
            throw new StoreException(StoreError.Corrupt, $"The user's keys cannot be read, so no secret can be opened: {e.Message}", innerException: e);
        }
    }

    private Dictionary<KeyId, SealingKey> Unwrap(KeyDocument document)
    {
        _ = masters.Require();
        var keys = new Dictionary<KeyId, SealingKey>();
        try
        {
            foreach (KeyRecord record in document.Keys)
            {
                SealingKey key = Unwrap(record);
                keys.Add(key.Id, key);
            }

            return keys;
        }
        catch
        {
            Dispose(keys);
            throw;
        }
    }

    private SealingKey Unwrap(KeyRecord record)
    {
        KeyId id = KeyId.Parse(record.Id)!.Value;
        SealingKey master = masters.Find(KeyId.Parse(record.WrappedBy)!.Value) ?? throw new StoreException(
            StoreError.Locked,
            $"The user's key {id} is wrapped by master key {record.WrappedBy}, and the daemon was given {string.Join(" and ", masters.Ids)}. Nothing is lost: hand over that key too (credential {MasterKeys.PreviousName}), or bring it back with 'keychain-auth key import'.");
        SecretBuffer bytes = SealedBox.TryOpen(master, Place.OfDataKey(UserId, id), record.Wrapped) ?? throw Damaged(id);
        if (bytes.Length != SealingKey.Length)
        {
            bytes.Dispose();
            throw Damaged(id);
        }

        var key = new SealingKey(bytes);
        if (key.Id == id)
        {
            return key;
        }

        key.Dispose();
        throw Damaged(id);
    }

    private KeyRecord Wrap(SealingKey key, string state, SealingKey master)
    {
        using SecretBuffer box = SealedBox.Seal(master, Place.OfDataKey(UserId, key.Id), key.Bytes);
        return new KeyRecord
        {
            Id = key.Id.ToString(),
            State = state,
            CreatedAt = time.GetUtcNow(),
            WrappedBy = master.Id.ToString(),
            Wrapped = box.Span.ToArray(),
        };
    }

    private void WrapAnew(KeyDocument document, SealingKey master)
    {
        foreach (KeyRecord record in document.Keys.Where(key => key.WrappedBy != master.Id.ToString()))
        {
            using SealingKey key = Unwrap(record);
            using SecretBuffer box = SealedBox.Seal(master, Place.OfDataKey(UserId, key.Id), key.Bytes);
            record.WrappedBy = master.Id.ToString();
            record.Wrapped = box.Span.ToArray();
        }
    }

    private void Take(Dictionary<KeyId, SealingKey> keys, KeyDocument document)
    {
        _gate.EnterWriteLock();
        try
        {
            if (_disposed)
            {
                Dispose(keys);
                throw new ObjectDisposedException(nameof(DataKeys));
            }

            Forget();
            _keys = keys;
            _current = KeyId.Parse(document.Keys.Find(key => key.State == KeyRecord.Current)!.Id);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void Forget()
    {
        Dispose(_keys);
        _keys = [];
        _current = null;
    }

    private static void Dispose(Dictionary<KeyId, SealingKey> keys)
    {
        foreach (SealingKey key in keys.Values)
        {
            key.Dispose();
        }
    }

    private StoreException Damaged(KeyId id) => new(
        StoreError.Corrupt,
        $"The user's key {id} in {path} was changed, or belongs to another user: restore that file from a backup. It was not changed.");

    private StoreException Lost() => new(
        StoreError.Locked,
        $"{path} is gone while the daemon runs: nothing is written until it is back. Restore it from a backup.");
}
