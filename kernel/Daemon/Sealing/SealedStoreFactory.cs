using System.Collections.Concurrent;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// Wraps users' stores in system mode. Lives as long as the daemon: it holds the master keys, and what was seen of each
/// user's values, which must outlast the closing of a store that nobody uses.
/// </summary>
/// <param name="masters">The machine's keys; owned from now on.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For what an operator should know.</param>
internal sealed partial class SealedStoreFactory(MasterKeys masters, TimeProvider time, ILogger<SealedStoreFactory> logger) : IDisposable
{
    /// <summary>The file of a user's data keys, in the user's directory.</summary>
    internal const string KeyFileName = "keys.json";

    private const string LockFileName = "sealing.lock";

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<uint, SequenceMemory> _memories = [];

    /// <summary>Says, once, in the log, which keys there are.</summary>
    internal void Announce()
    {
        if (masters.Current is null)
        {
            LogLocked(logger, MasterKeys.CurrentName);
        }
        else
        {
            LogKeys(logger, string.Join(", ", masters.Ids));
        }
    }

    /// <summary>Wraps a user's store, and goes on in the background with what a restart or a rotation left to do.</summary>
    /// <param name="inner">Keeps the sealed values; owned by the result.</param>
    /// <param name="userId">Whose secrets.</param>
    /// <param name="directory">Where the user's keys.json is; the daemon's alone.</param>
    internal SealedStore Wrap(ISecretStore inner, uint userId, string directory)
    {
        var store = new SealedStore(
            inner,
            new DataKeys(Path.Combine(directory, KeyFileName), userId, masters, time),
            new WriterLock(Path.Combine(directory, LockFileName), LockTimeout, time),
            _memories.GetOrAdd(userId, _ => new SequenceMemory(time)));
        if (masters.Current is not null)
        {
            store.Maintain(report => LogRotated(logger, userId, report.Resealed, report.Left.Count), cause => LogMaintenanceFailed(logger, userId, cause));
        }

        return store;
    }

    public void Dispose() => masters.Dispose();

    [LoggerMessage(LogLevel.Information, "Values are sealed; master key {Ids}")]
    private static partial void LogKeys(ILogger logger, string ids);

    [LoggerMessage(LogLevel.Error, "No master key (credential {Name}) was handed over: every store is locked")]
    private static partial void LogLocked(ILogger logger, string name);

    [LoggerMessage(LogLevel.Information, "User {UserId}: key rotated, {Resealed} values sealed anew, {Left} left under an older key")]
    private static partial void LogRotated(ILogger logger, uint userId, int resealed, int left);

    [LoggerMessage(LogLevel.Error, "User {UserId}: keys could not be maintained: {Cause}")]
    private static partial void LogMaintenanceFailed(ILogger logger, uint userId, string cause);
}
