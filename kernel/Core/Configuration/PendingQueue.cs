using KeychainAuth.Core.Files;

namespace KeychainAuth.Core.Configuration;

/// <summary>
/// pending.json: one entry per program, for 24 hours. It is bounded, in all and per directory, and what comes after is
/// dropped rather than what is there, so that junk cannot push out the program that a person is waiting for.
/// </summary>
internal sealed class PendingQueue(string path, TimeProvider time)
{
    internal const int MaxEntries = 100;
    internal const int MaxEntriesPerDirectory = 10;

    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly JsonFile<List<PendingEntry>> _file = FileAt(path);

    /// <summary>pending.json on disk.</summary>
    internal static JsonFile<List<PendingEntry>> FileAt(string path) =>
        new(path, DocumentJsonContext.Documents.ListPendingEntry, () => [], Check);

    /// <summary>What waits now, oldest first.</summary>
    internal IReadOnlyList<PendingEntry> Read() => [.. _file.Read().Where(IsAlive)];

    /// <summary>Adds a program, or counts one more attempt of one that waits.</summary>
    /// <returns>False when the queue is full and the program was dropped.</returns>
    internal bool Add(PendingEntry arrival)
    {
        bool kept = true;
        _file.Update(entries =>
        {
            entries.RemoveAll(e => !IsAlive(e));
            kept = true;
            if (entries.Find(e => e.Identity == arrival.Identity) is { } known)
            {
                known.Attempts += arrival.Attempts;
                known.Timestamp = arrival.Timestamp;
                known.Reason = arrival.Reason;
                known.Files = arrival.Files ?? known.Files;
                known.Jit = arrival.Jit ?? known.Jit;
                return true;
            }

            // Of a script, the script's own: otherwise all that is written for one interpreter would share its bound.
            string? directory = System.IO.Path.GetDirectoryName(arrival.Identity.DisplayPath);
            if (entries.Count >= MaxEntries
                || entries.Count(e => System.IO.Path.GetDirectoryName(e.Identity.DisplayPath) == directory) >= MaxEntriesPerDirectory)
            {
                kept = false;
                return false;
            }

            entries.Add(arrival);
            return true;
        });
        return kept;
    }

    /// <summary>Removes programs, because they were approved or denied.</summary>
    /// <returns>How many were removed.</returns>
    internal int Remove(Predicate<PendingEntry> which)
    {
        int removed = 0;
        _file.Update(entries => (removed = entries.RemoveAll(which)) > 0);
        return removed;
    }

    private bool IsAlive(PendingEntry entry) => time.GetUtcNow() - entry.Timestamp < Lifetime;

    private static void Check(List<PendingEntry> entries)
    {
        if (entries.Exists(e => e is null || !System.IO.Path.IsPathFullyQualified(e.Path) || !BinaryIdentity.IsHash(e.Hash)
            || (e.Script is { } script && (!System.IO.Path.IsPathFullyQualified(script.Path) || !BinaryIdentity.IsHash(script.Hash)))))
        {
            throw new DocumentException("an entry lacks an absolute path or a hash: mend it, or move the file away.");
        }
    }
}
