using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// Replaces a user's data key: a new key is written to keys.json and seals from then on; values under older keys are
/// sealed anew, a batch at a time; when a look at all values finds none under an older key, the older keys are dropped.
/// Between any two steps all keys that any value needs are in keys.json, so it can be cut off anywhere and goes on later.
/// </summary>
internal sealed class KeyRotation(ISecretStore inner, DataKeys keys, WriterLock writers, ValueSealer sealer)
{
    // One batch is one rewrite of the file keyring, and clients that write wait for it.
    private const int BatchSize = 500;

    /// <summary>Whether one has begun and not ended.</summary>
    /// <exception cref="StoreException">The user's keys cannot be unwrapped.</exception>
    internal bool IsUnderWay => keys.TryLoad() && keys.IsRotating;

    /// <summary>Makes a new key, unless a rotation that has begun still has to be finished.</summary>
    /// <returns>Whether a new key was made; false also for a user who has none, having stored nothing.</returns>
    /// <exception cref="StoreException">No key could be made. All is as it was.</exception>
    internal async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        using WriterLock.Holding held = await writers.EnterAsync(cancellationToken);
        if (!keys.Reload() || keys.IsRotating)
        {
            return false;
        }

        keys.Prepare();
        keys.AddCurrent();
        return true;
    }

    /// <summary>
    /// What a user's keys may need when a daemon starts: wrapping by the current master key, and the end of a rotation
    /// that was cut off. Does nothing for a user without keys.
    /// </summary>
    /// <returns>What became of the rotation; null when there was none to finish.</returns>
    /// <exception cref="StoreException">It could not be done; what was done stays done.</exception>
    internal async Task<KeyRotationReport?> ResumeAsync(CancellationToken cancellationToken)
    {
        using (await writers.EnterAsync(cancellationToken))
        {
            if (!keys.Reload())
            {
                return null;
            }

            keys.Prepare();
        }

        return keys.IsRotating ? await FinishAsync(_ => { }, cancellationToken) : null;
    }

    /// <summary>Seals anew what is under older keys, and drops these.</summary>
    /// <param name="onProgress">Told how many values were looked at, as it goes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="StoreException">The store could not do its part. What was done stays done.</exception>
    internal async Task<KeyRotationReport> FinishAsync(Action<int> onProgress, CancellationToken cancellationToken)
    {
        int resealed = 0;
        foreach (string service in await inner.ServicesAsync(cancellationToken))
        {
            IReadOnlyList<SecretDescriptor> items = await inner.SearchAsync(service, [], cancellationToken);
            foreach (SecretDescriptor[] batch in items.OrderBy(item => item.Target, StringComparer.Ordinal).Chunk(BatchSize))
            {
                resealed += await ResealAsync(service, batch, cancellationToken);
                onProgress(batch.Length);
            }
        }

        using WriterLock.Holding held = await writers.EnterAsync(cancellationToken);
        IReadOnlyList<string> left = await FindLeftAsync(cancellationToken);
        if (left.Count == 0 && keys.Reload() && keys.IsRotating)
        {
            keys.DropRetiring();
        }

        return new KeyRotationReport(resealed, left);
    }

    private async Task<int> ResealAsync(string service, SecretDescriptor[] batch, CancellationToken cancellationToken)
    {
        using WriterLock.Holding held = await writers.EnterAsync(cancellationToken);

        // Under the lock: what is current must not have changed when it is used.
        keys.Reload();
        IReadOnlyList<Secret> boxes = await inner.ReadAsync(service, [.. batch.Select(item => item.Target)], cancellationToken);
        var anew = new List<Secret>();
        try
        {
            foreach (Secret box in boxes.Where(NeedsOlderKey))
            {
                if (TrySealAnew(service, box) is { } sealedAnew)
                {
                    anew.Add(sealedAnew);
                }
            }

            if (anew.Count > 0)
            {
                await inner.WriteAsync(service, anew, cancellationToken);
            }

            return anew.Count;
        }
        finally
        {
            anew.ForEach(secret => secret.Dispose());
            Dispose(boxes);
        }
    }

    // Null for a value that does not open: it keeps its key, and is reported at the end.
    private Secret? TrySealAnew(string service, Secret box)
    {
        try
        {
            using SealedValue? value = sealer.TryOpen(service, box);
            return value is null ? null : new Secret(box.Target, sealer.SealAnew(service, box.Target, value), value.Attributes);
        }
        catch (StoreException e) when (e.Error == StoreError.Corrupt)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> FindLeftAsync(CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (string service in await inner.ServicesAsync(cancellationToken))
        {
            IReadOnlyList<SecretDescriptor> items = await inner.SearchAsync(service, [], cancellationToken);
            foreach (SecretDescriptor[] batch in items.Chunk(BatchSize))
            {
                IReadOnlyList<Secret> boxes = await inner.ReadAsync(service, [.. batch.Select(item => item.Target)], cancellationToken);
                left.AddRange(boxes.Where(NeedsOlderKey).Select(box => $"{service}/{box.Target}"));
                Dispose(boxes);
            }
        }

        return left;
    }

    // What is not sealed at all needs no key; it is refused when it is read.
    private bool NeedsOlderKey(Secret box) => SealedBox.KeyOf(box.Value.Span) is { } id && !keys.IsCurrent(id);

    private static void Dispose(IReadOnlyList<Secret> secrets)
    {
        foreach (Secret secret in secrets)
        {
            secret.Dispose();
        }
    }
}
