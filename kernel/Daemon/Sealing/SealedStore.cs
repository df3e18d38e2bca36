using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// A store whose values are sealed for their user, service and target before the store below sees them. Names and
/// attributes stay readable there, since searching must not need values; a read shows whether attributes were changed.
/// A key that is missing or wrong is an error of every call, searches included: never an empty store. A value that was
/// not sealed for its place is <see cref="StoreError.Corrupt"/> and never handed out, plain ones included. Where the
/// right key may exist elsewhere, the error is <see cref="StoreError.Locked"/>: what is stored is intact.
/// </summary>
internal sealed class SealedStore : ISecretStore, IServiceEnumeration
{
    private readonly ISecretStore _inner;
    private readonly DataKeys _keys;
    private readonly WriterLock _writers;
    private readonly ValueSealer _sealer;
    private readonly CancellationTokenSource _closing = new();
    private Task _maintenance = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">Keeps the sealed values; owned from now on.</param>
    /// <param name="keys">The user's keys; owned from now on.</param>
    /// <param name="writers">Orders writers; owned from now on.</param>
    /// <param name="memory">What was seen of the user's values before.</param>
    internal SealedStore(ISecretStore inner, DataKeys keys, WriterLock writers, SequenceMemory memory)
    {
        _inner = inner;
        _keys = keys;
        _writers = writers;
        _sealer = new ValueSealer(keys, memory);
        Rotation = new KeyRotation(inner, keys, writers, _sealer);
    }

    /// <summary>Replaces the user's data key.</summary>
    internal KeyRotation Rotation { get; }

    /// <summary>
    /// Has the keys wrapped by the current master key and ends a rotation that was begun, beside everything else. Goes
    /// on when the store is opened the next time if it is closed meanwhile.
    /// </summary>
    /// <param name="onRotated">Told when a rotation has ended.</param>
    /// <param name="onFailure">Told why it could not be done.</param>
    internal void Maintain(Action<KeyRotationReport> onRotated, Action<string> onFailure)
    {
        Task before = _maintenance;
        _maintenance = Task.Run(async () =>
        {
            await before;
            try
            {
                if (await Rotation.ResumeAsync(_closing.Token) is { } report)
                {
                    onRotated(report);
                }
            }
            catch (OperationCanceledException)
            {
                // Closed; the next one goes on.
            }
            catch (StoreException e)
            {
                onFailure(e.Message);
            }
            catch (Exception e)
            {
                // The store is foreign code. Its message is not ours to vouch for.
                onFailure($"{e.GetType().FullName} {e.StackTrace}");
            }
        });
    }

    /// <inheritdoc/>
    public async ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        StoreHealth health = await _inner.ProbeAsync(cancellationToken);
        if (health.State != StoreState.Ready)
        {
            return health;
        }

        try
        {
            await RequireKeysAsync(cancellationToken);
            return health;
        }
        catch (StoreException e)
        {
            return new StoreHealth(e.Error == StoreError.Locked ? StoreState.Locked : StoreState.Unavailable, e.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        await RequireKeysAsync(cancellationToken);
        if (await TryReadAsync(service, targets, cancellationToken) is { } read)
        {
            return read;
        }

        // Sealed with a key that was made, or forgotten after sealing anew, since keys.json was read: both it and the
        // values are as they are now.
        _keys.Reload();
        return await TryReadAsync(service, targets, cancellationToken)
            ?? throw new StoreException(StoreError.Locked, $"A value of service '{service}' is sealed with a key that is not in the user's keys.json. Nothing is lost if that file is restored from the backup that has the key.");
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ThrowIfUnusable(cancellationToken);
        if (secrets.Count == 0)
        {
            return;
        }

        using WriterLock.Holding held = await _writers.EnterAsync(cancellationToken);
        await PrepareKeysAsync(cancellationToken);
        Secret[] boxes = _sealer.Seal(service, secrets, out ulong[] sequences);
        try
        {
            await _inner.WriteAsync(service, boxes, cancellationToken);
            _sealer.Wrote(service, secrets, sequences);
        }
        catch (StoreException e) when (e.Error == StoreError.TooLarge)
        {
            throw new StoreException(e.Error, $"{e.Message} (Sealing adds {SealedValue.Overhead} bytes to a value, and a copy of its attributes.)", e.NativeCode, e.Completed, e);
        }
        finally
        {
            Array.ForEach(boxes, box => box.Dispose());
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ThrowIfUnusable(cancellationToken);
        if (!await RequireKeysAsync(cancellationToken))
        {
            return 0;
        }

        using WriterLock.Holding held = await _writers.EnterAsync(cancellationToken);
        int deleted = await _inner.DeleteAsync(service, targets, cancellationToken);
        if (deleted > 0)
        {
            _sealer.Deleted(service, targets);
        }

        return deleted;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        await RequireKeysAsync(cancellationToken);
        return await _inner.SearchAsync(service, prefixes, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken)
    {
        await RequireKeysAsync(cancellationToken);
        return await _inner.ServicesAsync(cancellationToken);
    }

    /// <summary>Stops what goes on in the background, closes the store below, and zeroes the keys.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _closing.CancelAsync();
            await _maintenance;
            _closing.Dispose();
            await _inner.DisposeAsync();
            _keys.Dispose();
            _writers.Dispose();
        }
    }

    private void ThrowIfUnusable(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
    }

    // Null when a value names a key that is not at hand.
    private async Task<IReadOnlyList<Secret>?> TryReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        // Before the store is read: a value that is written while it is must not make the one before it look put back.
        ulong[] oldest = _sealer.OldestAllowed(service, targets);
        IReadOnlyList<Secret> boxes = await _inner.ReadAsync(service, targets, cancellationToken);
        try
        {
            return _sealer.TryOpen(service, boxes, targets, oldest);
        }
        finally
        {
            foreach (Secret box in boxes)
            {
                box.Dispose();
            }
        }
    }

    /// <returns>Whether there are keys; without any, the store below is empty.</returns>
    private async Task<bool> RequireKeysAsync(CancellationToken cancellationToken)
    {
        ThrowIfUnusable(cancellationToken);
        if (_keys.TryLoad())
        {
            return true;
        }

        // A first writer may have come in between.
        return !await _inner.IsEmptyAsync(cancellationToken) && (_keys.Reload() ? true : throw Missing());
    }

    private async Task PrepareKeysAsync(CancellationToken cancellationToken)
    {
        if (!_keys.Reload() && !await _inner.IsEmptyAsync(cancellationToken))
        {
            throw Missing();
        }

        _keys.Prepare();
    }

    private static StoreException Missing() => new(
        StoreError.Locked,
        "The user's keys.json is missing although the store holds values: restore it from a backup. No new key is made, so nothing is lost that a backup can bring back.");
}
