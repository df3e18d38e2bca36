using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Admin;

/// <summary>A request of the command line, and on whose account it is.</summary>
/// <param name="Peer">Who asks, on the kernel's word.</param>
/// <param name="Own">The asker's own scope. A refusal is recorded there: nobody fills another's log.</param>
/// <param name="Scope">Whose files it is about.</param>
/// <param name="Request">What is asked.</param>
internal sealed record AdminCall(PeerCredentials Peer, UserScope Own, UserScope Scope, AdminRequest Request)
{
    internal bool IsAboutAnother => Peer.UserId != Scope.UserId;

    /// <summary>What the person typed, as far as it can be a command.</summary>
    internal string Command => Request.Command is { Length: > 0 and <= 32 } command && command.All(c => char.IsAsciiLetterLower(c) || c is '-' or ' ')
        ? command
        : Request.Action;

    internal AuditRecord Record(string result, string reason, string detail) => new()
    {
        Action = AuditAction.Config,
        Result = result,
        ProcessId = Peer.ProcessId,
        UserId = Peer.UserId,
        Reason = reason,
        Detail = detail,
    };
}
