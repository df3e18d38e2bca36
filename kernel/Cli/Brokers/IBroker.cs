using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;

namespace KeychainAuth.Cli.Brokers;

/// <summary>Where a person's policy, queue and log are kept: in files of their own, or by the system daemon.</summary>
internal interface IBroker
{
    /// <summary>The policy as it is now.</summary>
    ConfigDocument ReadPolicy();

    /// <summary>Changes the policy.</summary>
    /// <param name="command">The command that a person typed.</param>
    /// <param name="change">
    /// Changes the document and tells what it changed; nothing told, nothing written. May be called more than once, when
    /// somebody else changes the policy meanwhile.
    /// </param>
    /// <returns>What was changed.</returns>
    IReadOnlyList<PolicyChange> Change(string command, Func<ConfigDocument, IReadOnlyList<PolicyChange>> change);

    /// <summary>The programs that wait, oldest first.</summary>
    IReadOnlyList<PendingEntry> ReadPending();

    /// <summary>Takes a program that a person has decided about off the list of those that wait.</summary>
    void RemovePending(BinaryIdentity identity);

    /// <summary>Opens the log for reading.</summary>
    IAuditSource OpenAudit();
}
