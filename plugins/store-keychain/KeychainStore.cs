using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreKeychain;

/// <summary>
/// Secrets as generic passwords: the service is the item's service, the target its account. The keychain has no
/// transactions, so a batch that fails half-way says how far it came.
/// <para>
/// There is no list of services: the keychain is everybody's, and what other programs keep in it is none of ours.
/// </para>
/// </summary>
internal sealed class KeychainStore(Keychain keychain) : ISecretStore
{
    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) => RunAsync(() => Probe(cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<Secret>>(() => Read(service, targets, cancellationToken), cancellationToken);

    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoredSecret[] stored = [.. secrets.Select(secret => new StoredSecret(secret))];
        await RunAsync(() => Write(service, stored, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        RunAsync(() => Delete(service, targets, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<SecretDescriptor>>(() => Search(service, prefixes, cancellationToken), cancellationToken);

    /// <summary>Holds nothing.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private StoreHealth Probe(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int status = keychain.ApplyPromptSetting();
        if (status == KeychainStatus.Success)
        {
            status = keychain.Look(out bool isUnlocked, out bool isUsable);
            if (status == KeychainStatus.Success)
            {
                return (isUnlocked, isUsable) switch
                {
                    (true, true) => new StoreHealth(StoreState.Ready, "The keychain is unlocked."),
                    (true, false) => new StoreHealth(StoreState.Unavailable, "The keychain may not be read by this user: check it in Keychain Access."),
                    _ => new StoreHealth(StoreState.Locked, "The keychain is locked: unlock it in Keychain Access, or with 'security unlock-keychain'."),
                };
            }
        }

        StoreException failure = Failed(status);
        return new StoreHealth(failure.Error == StoreError.Locked ? StoreState.Locked : StoreState.Unavailable, failure.Message);
    }

    private List<Secret> Read(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        List<Secret> secrets = [];
        try
        {
            foreach (string target in targets)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int status = keychain.Find(service, target, withValue: true, out KeychainItem? item);
                if (status == KeychainStatus.Success && IsNamed(item!, service, target))
                {
                    secrets.Add(new Secret(target, item!.Value!, item.Attributes));
                }
                else
                {
                    item?.Value?.Dispose();
                    ThrowUnless(status is KeychainStatus.Success or KeychainStatus.ItemNotFound, status);
                }
            }

            return secrets;
        }
        catch
        {
            secrets.ForEach(secret => secret.Dispose());
            throw;
        }
    }

    /// <param name="service">The namespace.</param>
    /// <param name="secrets">Zeroed when this ends, however it ends.</param>
    /// <param name="cancellationToken">Gives up before the next one.</param>
    private int Write(string service, StoredSecret[] secrets, CancellationToken cancellationToken)
    {
        try
        {
            for (int done = 0; done < secrets.Length; done++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int status = keychain.Put(service, secrets[done]);
                ThrowUnless(status == KeychainStatus.Success, status, done);
            }

            return secrets.Length;
        }
        finally
        {
            Array.ForEach(secrets, secret => secret.Dispose());
        }
    }

    private int Delete(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        int deleted = 0;
        for (int done = 0; done < targets.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int status = keychain.Delete(service, targets[done]);
            ThrowUnless(status is KeychainStatus.Success or KeychainStatus.ItemNotFound, status, done);
            deleted += status == KeychainStatus.Success ? 1 : 0;
        }

        return deleted;
    }

    private SecretDescriptor[] Search(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int status = keychain.List(service, out IReadOnlyList<KeychainItem> items);
        ThrowUnless(status == KeychainStatus.Success, status);
        return [.. items
            .Where(item => string.Equals(item.Service, service, StringComparison.Ordinal)
                && (prefixes.Count == 0 || prefixes.Any(prefix => item.Account.StartsWith(prefix, StringComparison.Ordinal))))
            .DistinctBy(item => item.Account)
            .Select(item => new SecretDescriptor(item.Account, item.Attributes))];
    }

    // The keychain's own comparison is not promised to be ordinal; ours is.
    private static bool IsNamed(KeychainItem item, string service, string target) =>
        string.Equals(item.Service, service, StringComparison.Ordinal) && string.Equals(item.Account, target, StringComparison.Ordinal);

    private void ThrowUnless(bool holds, int status, int done = 0)
    {
        if (!holds)
        {
            throw Failed(status, done == 0 ? null : done);
        }
    }

    private StoreException Failed(int status, int? completed = null) =>
        KeychainStatus.ToException(status, keychain.IsLocked(), completed);

    /// <summary>
    /// On a thread of its own: the system may ask a person and answers when that person has, which nothing can
    /// interrupt. A caller that gives up leaves the thread to its end, and what it still reads is zeroed.
    /// </summary>
    private static async ValueTask<T> RunAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        // Not the task's own token: a write that was begun has to come to its end, where it zeroes what it holds.
        Task<T> work = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CoreFoundationException failure)
        {
            throw new StoreException(StoreError.Unavailable, $"The keychain cannot be asked: {failure.Message}", innerException: failure);
        }
        catch (OperationCanceledException)
        {
            _ = work.ContinueWith(Discard, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private static void Discard<T>(Task<T> abandoned)
    {
        if (abandoned is { IsCompletedSuccessfully: true, Result: List<Secret> secrets })
        {
            secrets.ForEach(secret => secret.Dispose());
        }

        // Looking at it keeps a late failure from being reported as one that nobody saw; its call has been given up.
        _ = abandoned.Exception;
    }
}
