using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Pending;

/// <summary>
/// Puts programs that asked without being registered into pending.json. The first knock is written at once; further ones
/// are counted and written every few seconds, so that a storm costs no disk.
/// </summary>
internal sealed partial class PendingRecorder(PendingQueue queue, TimeProvider time, ILogger<PendingRecorder> logger)
{
    /// <summary>The evidence under which a verifier hands over the peer's arguments, separated by NUL.</summary>
    internal const string CommandLineEvidence = "command_line";

    private const string SignatureEvidence = "signature";
    private const string ProtectionEvidence = "protection";
    private const int MaxRemembered = 256;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<BinaryIdentity, Knock> _knocks = [];
    private long _dropped;

    /// <summary>Notes that a program asked.</summary>
    internal void Record(BinaryIdentity identity, VerifiedPeer peer, uint? userId, string reason)
    {
        if (IsCounted(identity, peer, reason))
        {
            return;
        }

        // Outside the lock: what a process shows of itself may take its time.
        PendingEntry entry = Describe(identity, peer, userId, reason);
        lock (_gate)
        {
            if (!_knocks.TryAdd(identity, new Knock(time.GetTimestamp(), entry, peer.Code)))
            {
                _knocks[identity].Uncounted++;
                return;
            }
        }

        Write(entry);
    }

    /// <summary>Takes programs off the queue because a person has decided about them.</summary>
    /// <exception cref="DocumentException">The queue could not be written.</exception>
    internal void Remove(Predicate<PendingEntry> which)
    {
        Forget();
        queue.Remove(which);
    }

    /// <summary>
    /// Starts anew because a person has decided something: a count from before must not bring back what was just
    /// approved or denied, and the next knock is described in full.
    /// </summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _knocks.Clear();
        }
    }

    /// <summary>Writes the counts gathered since the last time. Called once a second.</summary>
    internal void Tick()
    {
        List<PendingEntry> due = [];
        lock (_gate)
        {
            foreach ((BinaryIdentity identity, Knock knock) in _knocks.Where(k => time.GetElapsedTime(k.Value.Since) >= WriteInterval).ToArray())
            {
                _knocks.Remove(identity);
                if (knock.Uncounted > 0)
                {
                    due.Add(Recount(knock));
                }
            }
        }

        due.ForEach(Write);
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and long dropped)
        {
            LogDropped(logger, dropped);
        }
    }

    /// <summary>Counts a knock that needs no entry of its own.</summary>
    private bool IsCounted(BinaryIdentity identity, VerifiedPeer peer, string reason)
    {
        lock (_gate)
        {
            if (_knocks.TryGetValue(identity, out Knock? knock))
            {
                knock.Uncounted++;
                knock.Reason = reason;
                knock.Code = peer.Code;
                return true;
            }

            if (_knocks.Count >= MaxRemembered)
            {
                _dropped++;
                return true;
            }

            return false;
        }
    }

    private void Write(PendingEntry entry)
    {
        try
        {
            if (!queue.Add(entry))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (DocumentException e)
        {
            // The program is refused and audited all the same: only the convenience of approving it is lost.
            LogNotQueued(logger, entry.Path, e.Message);
        }
    }

    private PendingEntry Describe(BinaryIdentity identity, VerifiedPeer peer, uint? userId, string reason)
    {
        // Gathered when asked for: once.
        IReadOnlyDictionary<string, string> evidence = peer.Evidence;
        return new PendingEntry
        {
            Path = identity.Path,
            Hash = identity.Hash,
            Script = identity.Script?.ToEntry(),
            CommandLine = evidence.TryGetValue(CommandLineEvidence, out string? arguments)
                ? ArgumentMasker.Describe(arguments.TrimEnd('\0').Split('\0'))
                : null,
            Timestamp = time.GetUtcNow(),
            UserId = userId,
            Reason = reason,
            Attempts = 1,
            Jit = Jit(peer.Code),
            Files = Files(peer.Code),
            Signer = peer.SigningIdentity,
            Signature = evidence.GetValueOrDefault(SignatureEvidence),
            Protection = evidence.GetValueOrDefault(ProtectionEvidence),
        };
    }

    // As full as the first one: the person may have removed that entry meanwhile.
    private PendingEntry Recount(Knock knock) => new()
    {
        Path = knock.First.Path,
        Hash = knock.First.Hash,
        Script = knock.First.Script,
        CommandLine = knock.First.CommandLine,
        Timestamp = time.GetUtcNow(),
        UserId = knock.First.UserId,
        Reason = knock.Reason,
        Attempts = knock.Uncounted,
        Jit = Jit(knock.Code),
        Files = Files(knock.Code),
        Signer = knock.First.Signer,
        Signature = knock.First.Signature,
        Protection = knock.First.Protection,
    };

    private static bool? Jit(CodeInventory code) => code.HasAnonymousCode ? true : null;

    private static List<PendingCodeFile>? Files(CodeInventory code) => code.Files.Count == 0 ? null : [.. code.Files.Select(f => new PendingCodeFile
    {
        Path = f.Path,
        Hash = BinaryIdentity.HashPrefix + f.Sha256,
        OwnerUserId = f.OwnerUserId,
    })];

    [LoggerMessage(LogLevel.Warning, "{Path} could not be put into the queue of pending programs: {Cause}")]
    private static partial void LogNotQueued(ILogger logger, string path, string cause);

    [LoggerMessage(LogLevel.Warning, "{Count} knocks of unregistered programs were dropped because the queue of pending programs is full")]
    private static partial void LogDropped(ILogger logger, long count);

    private sealed class Knock(long since, PendingEntry first, CodeInventory code)
    {
        internal long Since { get; } = since;

        internal PendingEntry First { get; } = first;

        internal string Reason { get; set; } = first.Reason!;

        internal CodeInventory Code { get; set; } = code;

        internal int Uncounted { get; set; }
    }
}
