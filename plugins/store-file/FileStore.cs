using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The store: a keyring file held in memory. Reads look at the file's identity and copy from memory; a batch of
/// changes is one rewrite. Readers do not wait for a writer's disk.
/// </summary>
/// <param name="settings">Where the file is.</param>
/// <param name="time">The clock.</param>
internal sealed class FileStore(FileStoreSettings settings, TimeProvider time) : ISecretStore, IServiceEnumeration
{
    private readonly KeyringCache _cache = new(settings.Path, time);
    private readonly SemaphoreSlim _writers = new(1, 1);
    private readonly string _directory = Path.GetDirectoryName(settings.Path)!;
    private readonly string _name = Path.GetFileName(settings.Path);
    private bool _disposed;

    /// <inheritdoc/>
    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return KeyringProbe.RunAsync(settings.Path, () => LookAsync(keyring => keyring.Services.Count(), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return LookAsync<IReadOnlyList<Secret>>(keyring => Read(keyring.Find(service), targets), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (secrets.Count > 0)
        {
            _ = await ChangeAsync(KeyringChange.Write(service, secrets), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        KeyringChange change = KeyringChange.Delete(service, targets);

        // Deleting what is absent must neither write nor create anything.
        int existing = await LookAsync(change.CountExisting, cancellationToken);
        return existing == 0 ? 0 : await ChangeAsync(change, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return LookAsync<IReadOnlyList<SecretDescriptor>>(keyring => Search(keyring.Find(service), prefixes), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken) =>
        LookAsync<IReadOnlyList<string>>(keyring => [.. keyring.Services.Select(service => service.Key)], cancellationToken);

    /// <summary>Waits for the write that is under way, then zeroes what is in memory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            await _writers.WaitAsync();
            _disposed = true;
            _cache.Dispose();
            _writers.Release();
        }
    }

    private async ValueTask<T> LookAsync<T>(Func<Keyring, T> look, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        for (bool isLast = false; ; isLast = time.GetElapsedTime(start) > Patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                if (_cache.TryLook(look, out T? seen))
                {
                    return seen;
                }
            }
            catch (StoreException exception) when (exception.Error == StoreError.Corrupt && _cache.MayBeInTheMaking())
            {
                // Looked at again below, as one that changed meanwhile.
            }

            if (isLast)
            {
                throw NeverAtRest("it could not be read");
            }

            await Task.Delay(KeyringCache.PauseForWriter, time, cancellationToken);
        }
    }

    private async ValueTask<int> ChangeAsync(KeyringChange change, CancellationToken cancellationToken)
    {
        await _writers.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using KeyringDirectory directory = KeyringDirectory.OpenOrCreate(_directory);
            using KeyringLock held = await KeyringLock.AcquireAsync(directory, _name, settings.LockTimeout, time, cancellationToken);
            KeyringReplacement.RemoveLeftovers(directory, _name);
            long start = time.GetTimestamp();
            for (bool isLast = false; ; isLast = time.GetElapsedTime(start) > Patience)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // Syncing blocks for as long as the disk likes; the caller's thread may be serving connections.
                try
                {
                    int? done = await Task.Run(() => _cache.TryCommit(directory, _name, change), CancellationToken.None);
                    if (done is { } count)
                    {
                        return count;
                    }
                }
                catch (StoreException exception) when (exception.Error == StoreError.Corrupt && _cache.MayBeInTheMaking())
                {
                    // Looked at again below, as one that changed meanwhile.
                }

                if (isLast)
                {
                    throw NeverAtRest("nothing was written");
                }

                await Task.Delay(KeyringCache.PauseForWriter, time, cancellationToken);
            }
        }
        finally
        {
            _writers.Release();
        }
    }

    // By time and not by number: how often another hand comes in between depends on how busy the machine is. Less than
    // other writers are patient with the lock that is held meanwhile.
    private TimeSpan Patience => settings.LockTimeout / 2;

    private StoreException NeverAtRest(string consequence) => new(
        StoreError.Unavailable, $"Another program keeps changing '{settings.Path}' without taking its lock; {consequence}. Stop it and try again.");

    private static List<Secret> Read(ServiceIndex? index, IReadOnlyList<string> targets)
    {
        List<Secret> found = new(targets.Count);
        if (index is null)
        {
            return found;
        }

        foreach (string target in targets)
        {
            if (index.TryGet(target, out KeyringEntry? entry))
            {
                found.Add(new Secret(target, new SecretBuffer(entry.Value.Span), entry.Attributes));
            }
        }

        return found;
    }

    private static List<SecretDescriptor> Search(ServiceIndex? index, IReadOnlyList<string> prefixes)
    {
        List<SecretDescriptor> found = [];
        if (index is null)
        {
            return found;
        }

        // One target may start with several of the prefixes.
        IEnumerable<string> targets = prefixes.Count switch
        {
            0 => index.SortedTargets,
            1 => index.WithPrefix(prefixes[0]),
            _ => prefixes.SelectMany(index.WithPrefix).Distinct(StringComparer.Ordinal),
        };
        foreach (string target in targets)
        {
            if (index.TryGet(target, out KeyringEntry? entry))
            {
                found.Add(new SecretDescriptor(target, entry.Attributes));
            }
        }

        return found;
    }
}
