using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;

namespace KeychainAuth.Daemon.Policies;

/// <summary>
/// The policy in force. Every request asks anew, which costs one stat while the file stays the same, so that a revoke
/// that has returned is in force. While the file cannot be read there is no policy, and nothing is served.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
/// <param name="onChanged">Called when it has been read anew.</param>
/// <param name="read">How it is read; null: as a private file of the daemon.</param>
internal sealed class PolicySource(string path, TimeProvider time, Action<PolicySnapshot> onChanged, Func<ConfigDocument>? read = null)
{
    // A write within the clock granularity of the last one could leave all of a file's times and its size as they were.
    // A file younger than this is read anew each time.
    private static readonly TimeSpan YoungAge = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly JsonFile<ConfigDocument> _file = ConfigFile.At(path);
    private FileIdentity? _identity;
    private PolicySnapshot? _snapshot;
    private bool _isSettled;

    /// <summary>What holds for every user beside what this user has decided; null in user mode.</summary>
    internal PolicySource? Shared { get; init; }

    /// <exception cref="DocumentException">config.json cannot be read, or makes no sense.</exception>
    internal PolicySnapshot Current() =>
        Shared is null ? CurrentAlone() : CurrentAlone().Over(Shared.CurrentAlone());

    private PolicySnapshot CurrentAlone()
    {
        FileIdentity? identity = Look();
        lock (_gate)
        {
            if (_snapshot is not null && _isSettled && identity == _identity)
            {
                return _snapshot;
            }

            return Load(identity);
        }
    }

    /// <summary>Remembers in config.json that a program has spoken version 2.</summary>
    /// <exception cref="DocumentException">It could not be written.</exception>
    internal void RaiseToVersion2(BinaryIdentity identity) => _file.Update(config =>
    {
        bool changed = false;
        foreach (BinaryEntry entry in config.RegisteredBinaries.Where(e => e.Names(identity) && e.Protocol is null))
        {
            entry.Protocol = 2;
            changed = true;
        }

        return changed;
    });

    private PolicySnapshot Load(FileIdentity? identity)
    {
        _snapshot = null;
        var snapshot = new PolicySnapshot(read is null ? _file.Read() : read());
        bool isNew = identity != _identity;
        _identity = identity;
        _isSettled = identity is { } file && Look() == identity && Age(file) > YoungAge;
        _snapshot = snapshot;
        if (isNew)
        {
            onChanged(snapshot);
        }

        return snapshot;
    }

    private FileIdentity? Look()
    {
        try
        {
            return FileIdentity.Of(path);
        }
        catch (IOException e)
        {
            throw new DocumentException(e.Message, e);
        }
    }

    private TimeSpan Age(in FileIdentity file) =>
        time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(file.Changed / TimeSpan.NanosecondsPerTick);
}
