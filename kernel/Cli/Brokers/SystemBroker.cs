using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Cli.Brokers;

/// <summary>System mode: the daemon keeps all of it, and asks a person before it changes anything.</summary>
internal sealed class SystemBroker(uint? user) : IBroker, IDisposable
{
    private const int MaxAttempts = 5;

    private AdminConnection? _connection;

    public ConfigDocument ReadPolicy() => Ask(AdminAction.Policy).Config!;

    public IReadOnlyList<PendingEntry> ReadPending() => Ask(AdminAction.Pending).Pending ?? [];

    // The daemon has done it with the change that decided about the program.
    public void RemovePending(BinaryIdentity identity)
    {
    }

    public IAuditSource OpenAudit() => new AuditMirror(Ask);

    public IReadOnlyList<PolicyChange> Change(string command, Func<ConfigDocument, IReadOnlyList<PolicyChange>> change)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            AdminResponse current = Ask(AdminAction.Policy);
            IReadOnlyList<PolicyChange> changes = change(current.Config!);
            if (changes.Count == 0)
            {
                return changes;
            }

            ConfigValidation.Check(current.Config!);
            using TerminalAgent agent = TerminalAgent.StartIfUseful();
            AdminResponse answer = Ask(new AdminRequest
            {
                Action = AdminAction.Update,
                Command = command,
                Revision = current.Revision,
                Config = current.Config,
            });
            if (answer.Status != AdminResponse.Conflict)
            {
                return changes;
            }
        }

        throw new AdminException("The policy is being changed by somebody else all the time: nothing was written.");
    }

    /// <summary>What the daemon says about itself and this user.</summary>
    internal AdminResponse Status() => Ask(AdminAction.Status);

    /// <exception cref="AdminException">The daemon does not answer, or says no.</exception>
    internal AdminResponse Ask(AdminRequest request)
    {
        _connection ??= AdminConnection.Open();
        AdminResponse response = _connection.Ask(request with { User = user });
        return response.Status is ResponseStatus.Success or AdminResponse.Conflict
            ? response
            : throw new AdminException(response.Message ?? "The daemon refused, and did not say why.");
    }

    public void Dispose() => _connection?.Dispose();

    private AdminResponse Ask(string action) => Ask(new AdminRequest { Action = action });
}
