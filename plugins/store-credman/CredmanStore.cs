using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// The store. Batches are not one commit: the Credential Manager has none over several credentials. Every call runs on
/// a thread of the pool, because the Credential Manager is another process and its calls block.
/// </summary>
internal sealed class CredmanStore : ISecretStore, IServiceEnumeration
{
    private readonly ICredentials _credentials;
    private readonly StoreLock _lock;
    private readonly CredmanSettings _settings;
    private readonly ValueReader _reader;
    private readonly ValueWriter _writer;
    private bool _disposed;

    /// <param name="credentials">The Credential Manager.</param>
    /// <param name="storeLock">Orders changes; owned from now on.</param>
    /// <param name="settings">The limits.</param>
    internal CredmanStore(ICredentials credentials, StoreLock storeLock, CredmanSettings settings)
    {
        _credentials = credentials;
        _lock = storeLock;
        _settings = settings;
        _reader = new ValueReader(credentials);
        _writer = new ValueWriter(credentials, _reader);
    }

    public ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            try
            {
                foreach (Credential found in _credentials.Enumerate(PieceName.Prefix, withBlobs: false))
                {
                    found.Dispose();
                }

                return new StoreHealth(StoreState.Ready, "The Credential Manager answers.");
            }
            catch (StoreException e)
            {
                return new StoreHealth(StoreState.Unavailable, e.Message);
            }
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return RunAsync<IReadOnlyList<Secret>>(() => Read(service, targets, cancellationToken), cancellationToken);
    }

    public async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        cancellationToken.ThrowIfCancellationRequested();
        CredentialLimits.Check(secrets, _settings.MaxValueBytes);
        await ChangeAsync(secrets, secret => { _writer.Write(service, secret); return true; }, cancellationToken);
    }

    public ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return ChangeAsync(targets, target => _writer.Delete(service, target), cancellationToken);
    }

    public ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        return RunAsync<IReadOnlyList<SecretDescriptor>>(() => Search(service, prefixes, cancellationToken), cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> ListServicesAsync(CancellationToken cancellationToken) => RunAsync<IReadOnlyList<string>>(
        () =>
        {
            var services = new HashSet<string>(StringComparer.Ordinal);
            foreach (Credential found in _credentials.Enumerate("", withBlobs: false))
            {
                using (found)
                {
                    if (CredentialName.FindService(found.Name, found.UserName) is { } service)
                    {
                        services.Add(service);
                    }
                }
            }

            return [.. services];
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _lock.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private List<Secret> Read(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var secrets = new List<Secret>(targets.Count);
        try
        {
            foreach (string target in targets)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_reader.Read(service, target) is { } secret)
                {
                    secrets.Add(secret);
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

    private List<SecretDescriptor> Search(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SecretDescriptor>(StringComparer.Ordinal);
        string ours = CredentialName.ServicePrefix(service);
        string plain = CredentialName.PlainServicePrefix(service);

        // Ours come first, so that they win over what another tool stored for the same target.
        foreach (string prefix in ours == plain ? [ours] : (string[])[ours, plain])
        {
            IReadOnlyList<Credential> listed = _credentials.Enumerate(prefix, withBlobs: true);
            try
            {
                foreach (Credential credential in listed.OrderByDescending(c => c.Name == CredentialName.Of(service, c.UserName)))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    string target = credential.UserName;
                    if (!found.ContainsKey(target)
                        && CredentialName.FindService(credential.Name, target) == service
                        && (prefixes.Count == 0 || prefixes.Any(p => target.StartsWith(p, StringComparison.Ordinal)))
                        && _reader.ReadAttributes(credential, service, target) is { } attributes)
                    {
                        found.Add(target, new SecretDescriptor(target, attributes));
                    }
                }
            }
            finally
            {
                foreach (Credential credential in listed)
                {
                    credential.Dispose();
                }
            }
        }

        return [.. found.Values];
    }

    /// <returns>How many items the change said yes to.</returns>
    private ValueTask<int> ChangeAsync<T>(IReadOnlyList<T> items, Func<T, bool> change, CancellationToken cancellationToken) => RunAsync(
        () => items.Count == 0 ? 0 : _lock.Run(() =>
        {
            int done = 0;
            int counted = 0;
            try
            {
                foreach (T item in items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    counted += change(item) ? 1 : 0;
                    done++;
                }

                return counted;
            }
            catch (StoreException e) when (done > 0)
            {
                throw new StoreException(e.Error, e.Message, e.NativeCode, done, e);
            }
        }),
        cancellationToken);

    private async ValueTask<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await Task.Run(work, cancellationToken);
    }
}
