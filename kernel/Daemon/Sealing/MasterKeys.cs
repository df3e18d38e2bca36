using KeychainAuth.Core.Paths;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// The machine's master keys, as the service manager handed them over. They wrap the users' data keys and nothing else.
/// Held for the daemon's life, because users come at any time; zeroed when it ends.
/// </summary>
internal sealed class MasterKeys : IDisposable
{
    /// <summary>The credential that holds the key in use.</summary>
    internal const string CurrentName = SystemPaths.MasterKey;

    /// <summary>The credential that holds the key used before, while some user's keys are still wrapped by it.</summary>
    internal const string PreviousName = SystemPaths.PreviousMasterKey;

    /// <summary>Names the directory of the credentials: systemd.exec(5).</summary>
    internal const string DirectoryVariable = "CREDENTIALS_DIRECTORY";

    private readonly SealingKey? _previous;

    private MasterKeys(SealingKey? current, SealingKey? previous)
    {
        Current = current;
        _previous = previous;
    }

    /// <summary>Wraps new data keys; null when no key was handed over, and then nothing can be opened.</summary>
    internal SealingKey? Current { get; }

    /// <summary>The ids of all of them, the current one first, for people.</summary>
    internal IReadOnlyList<KeyId> Ids => [.. new[] { Current, _previous }.OfType<SealingKey>().Select(key => key.Id)];

    /// <summary>Takes keys that are at hand already.</summary>
    /// <param name="current">Wraps new data keys; owned from now on.</param>
    /// <param name="previous">Still opens older ones; owned from now on.</param>
    internal static MasterKeys From(SealingKey? current, SealingKey? previous = null) => new(current, previous);

    /// <summary>Reads the credentials.</summary>
    /// <param name="credentialsDirectory">
    /// <c>$CREDENTIALS_DIRECTORY</c>, where systemd puts what the unit's <c>LoadCredential=</c> and
    /// <c>LoadCredentialEncrypted=</c> name (systemd.exec(5)); null where there is none.
    /// </param>
    /// <exception cref="MasterKeyException">A credential is there and is no key, or not kept as one must be.</exception>
    internal static MasterKeys Load(string? credentialsDirectory)
    {
        if (string.IsNullOrEmpty(credentialsDirectory))
        {
            return new MasterKeys(null, null);
        }

        SealingKey? current = KeyFile.Read(Path.Combine(credentialsDirectory, CurrentName));
        try
        {
            return new MasterKeys(current, KeyFile.Read(Path.Combine(credentialsDirectory, PreviousName)));
        }
        catch
        {
            current?.Dispose();
            throw;
        }
    }

    internal SealingKey? Find(KeyId id) =>
        Current?.Id == id ? Current : _previous?.Id == id ? _previous : null;

    /// <summary>The key that wraps.</summary>
    /// <exception cref="StoreException">There is none: what is stored is intact, and locked.</exception>
    internal SealingKey Require() => Current ?? throw new StoreException(
        StoreError.Locked,
        $"The daemon was not given its master key (credential {CurrentName}), so no secret can be opened. Nothing is lost: an administrator hands the key over in the unit, or brings it back with 'keychain-auth key import', and restarts the service.");

    public void Dispose()
    {
        Current?.Dispose();
        _previous?.Dispose();
    }
}
