using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Policy;

namespace KeychainAuth.Daemon.Admin;

/// <summary>
/// Changes a user's policy: what is different is worked out here, shown to the person who is to approve it, recorded, and
/// written only if the policy still is what the change was made from. Plugins and limits are root's and stay as they are.
/// </summary>
internal sealed class PolicyUpdate(IAuthority authority)
{
    // More than anybody approves by hand, few enough to be compared in no time.
    private const int MaxEntries = 2000;

    internal async Task<AdminResponse> ApplyAsync(AdminCall call, CancellationToken cancellationToken)
    {
        if (call.Request is not { Config: { } wanted, Revision: { } revision })
        {
            return AdminResponse.Failed("An update needs a policy, and the revision it was made from.");
        }

        if (wanted.RegisteredBinaries.Count > MaxEntries || wanted.Denied?.Count > MaxEntries)
        {
            return AdminResponse.Failed($"A policy may have {MaxEntries} entries at most.");
        }

        JsonFile<ConfigDocument> file = ConfigFile.At(call.Scope.Paths.ConfigFile);
        ConfigDocument before = file.Read();
        if (PolicyRevision.Of(before) != revision)
        {
            return Conflict();
        }

        ConfigDocument after = file.Read();
        after.RegisteredBinaries = wanted.RegisteredBinaries;
        after.Denied = wanted.Denied;
        ConfigValidation.Check(after);
        IReadOnlyList<PolicyChange> changes = PolicyDifference.Between(before, after);
        if (changes.Count == 0)
        {
            return new AdminResponse();
        }

        return await AuthorizeAsync(call, changes, cancellationToken) ?? Write(call, file, revision, after, changes);
    }

    private async Task<AdminResponse?> AuthorizeAsync(AdminCall call, IReadOnlyList<PolicyChange> changes, CancellationToken cancellationToken)
    {
        // The number first: what is too long to be shown must not go unnoticed.
        string whose = call.IsAboutAnother ? $"user {call.Scope.UserId}: " : "";
        string count = changes.Count == 1 ? "" : $"{changes.Count} programs: ";
        string shown = whose + count + string.Join(" | ", changes.Select(change => $"{change.Program.DisplayPath}: {change.Detail}"));
        AuthorityAction action = call.IsAboutAnother ? AuthorityAction.ManageOthers : AuthorityAction.ChangeOwnPolicy;
        if (await authority.FindRefusalAsync(call.Peer, action, shown, cancellationToken) is not { } why)
        {
            return null;
        }

        foreach (PolicyChange change in changes)
        {
            call.Own.Audit.AppendRefusal(Record(call, change, AuditResult.Denied, "not_authorized", $"{call.Command}: {change.Detail}. {why}"));
        }

        return AdminResponse.Denied(why);
    }

    private static AdminResponse Write(
        AdminCall call, JsonFile<ConfigDocument> file, string revision, ConfigDocument after, IReadOnlyList<PolicyChange> changes)
    {
        foreach (PolicyChange change in changes)
        {
            call.Scope.Audit.Append(Record(call, change, AuditResult.Accepted, call.Command, change.Detail));
        }

        // On disk before the change itself: a power cut must not keep the one and lose the other.
        call.Scope.Audit.Sync();
        if (!TryWrite(call, file, revision, after, changes))
        {
            RecordNotWritten(call, changes);
            return Conflict();
        }

        Forget(call, changes);
        return new AdminResponse();
    }

    private static bool TryWrite(
        AdminCall call, JsonFile<ConfigDocument> file, string revision, ConfigDocument after, IReadOnlyList<PolicyChange> changes)
    {
        try
        {
            return file.Update(current =>
            {
                if (PolicyRevision.Of(current) != revision)
                {
                    return false;
                }

                current.RegisteredBinaries = after.RegisteredBinaries;
                current.Denied = after.Denied;
                return true;
            });
        }
        catch
        {
            RecordNotWritten(call, changes);
            throw;
        }
    }

    // The log must not say that something was changed which was not.
    private static void RecordNotWritten(AdminCall call, IReadOnlyList<PolicyChange> changes)
    {
        foreach (PolicyChange change in changes)
        {
            call.Scope.Audit.Append(Record(call, change, AuditResult.Error, "config_not_written", $"Not done, because config.json was not written: {change.Detail}"));
        }
    }

    private static void Forget(AdminCall call, IReadOnlyList<PolicyChange> changes)
    {
        // One that waits for more, code that was seen in it, and did not get it, goes on waiting.
        call.Scope.Pending.Remove(entry =>
            changes.FirstOrDefault(c => c.Program == entry.Identity) is { } change
            && (call.Command is "approve" or "deny" || (entry.Files is not { Count: > 0 } && entry.Jit != true))
            && !change.Detail.StartsWith("revoked", StringComparison.Ordinal));
    }

    private static AuditRecord Record(AdminCall call, PolicyChange change, string result, string reason, string detail) =>
        call.Record(result, reason, detail) with
        {
            BinaryPath = change.Program.Path,
            BinaryHash = change.Program.Hash,
            ScriptPath = change.Program.Script?.Path,
            ScriptHash = change.Program.Script?.Hash,
        };

    private static AdminResponse Conflict() => new()
    {
        Status = AdminResponse.Conflict,
        Message = "The policy was changed by somebody else meanwhile.",
    };
}
