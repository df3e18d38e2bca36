using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Policy;

namespace KeychainAuth.Cli.Brokers;

/// <summary>
/// User mode: the person's own files. Of a change the audit record comes first: where it cannot be written, nothing
/// changes. A change that is then not written after all gets a second record that says so.
/// </summary>
internal sealed class OwnBroker(CliContext context) : IBroker
{
    private readonly JsonFile<ConfigDocument> _file = ConfigFile.At(context.Paths.ConfigFile);

    private PendingQueue Pending => new(context.Paths.PendingFile, context.Time);

    public ConfigDocument ReadPolicy() => _file.Read();

    public IReadOnlyList<PendingEntry> ReadPending() => Pending.Read();

    public void RemovePending(BinaryIdentity identity) => Pending.Remove(e => e.Identity == identity);

    public IAuditSource OpenAudit() => new LocalAudit(context.Paths.AuditFile);

    /// <exception cref="AuditException">It could not be recorded. Nothing was changed.</exception>
    /// <exception cref="DocumentException">It could not be written. Nothing was changed.</exception>
    public IReadOnlyList<PolicyChange> Change(string command, Func<ConfigDocument, IReadOnlyList<PolicyChange>> change)
    {
        IReadOnlyList<PolicyChange> changes = [];
        List<PolicyChange> recorded = [];
        Limits limits = new();
        try
        {
            _file.Update(config =>
            {
                changes = change(config);
                if (changes.Count == 0)
                {
                    return false;
                }

                ConfigValidation.Check(config);
                limits = Limits.From(config.Limits);
                if (!changes.SequenceEqual(recorded))
                {
                    Record(changes, limits, AuditResult.Accepted, command, note: "", recorded.Add);
                }

                return true;
            });
        }
        catch (Exception) when (recorded.Count > 0)
        {
            // The log must not say that something was changed which was not. If this cannot be recorded either, the
            // person hears of the log, which is what has to be mended first.
            Record(recorded, limits, AuditResult.Error, "config_not_written", "Not done, because config.json was not written: ", _ => { });
            throw;
        }

        return changes;
    }

    private void Record(IReadOnlyList<PolicyChange> changes, Limits limits, string result, string reason, string note, Action<PolicyChange> done)
    {
        using var log = new AuditLog(context.Paths.AuditFile, context.Time, limits.AuditMaxBytes, limits.AuditFiles);
        foreach (PolicyChange change in changes)
        {
            log.Append(new AuditRecord
            {
                Action = AuditAction.Config,
                Result = result,
                ProcessId = Environment.ProcessId,
                UserId = OperatingSystem.IsWindows() ? null : Interop.Libc.GetEUid(),
                BinaryPath = change.Program.Path,
                BinaryHash = change.Program.Hash,
                ScriptPath = change.Program.Script?.Path,
                ScriptHash = change.Program.Script?.Hash,
                Reason = reason,
                Detail = note + change.Detail,
            });
            done(change);
        }

        // On disk before the change itself: a power cut must not keep the one and lose the other.
        log.Sync();
    }
}
