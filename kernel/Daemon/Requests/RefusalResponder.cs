using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Requests;

/// <summary>Says no: writes the audit record of a refusal, then the line.</summary>
internal sealed partial class RefusalResponder(AuditTrail daemonAudit, ILogger<RefusalResponder> logger)
{
    // A refused request took no effect, and a program that may do nothing must not fill the log with what it names.
    private const int MaxTargets = 16;

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Refuses a request, or a connection, of a verified program.</summary>
    /// <returns>Whether the connection may go on.</returns>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task<bool> RefuseAsync(Session session, Refusal refusal, RequestMessage? request, CancellationToken stopping)
    {
        int untold = Math.Max((request?.Targets.Count ?? 0) - MaxTargets, 0);
        string detail = refusal.Detail ?? refusal.Message;
        AuditRecord record = session.Record(ActionOf(request), ResultOf(refusal.Reason)) with
        {
            Service = request?.Service,
            Targets = request?.Targets.Take(MaxTargets).ToArray(),
            Reason = refusal.Reason.Name,
            Detail = untold == 0 ? detail : $"{detail} ({untold} more targets were named.)",
        };
        Refusal answer = TryAudit(session.Scope.Audit, record) ?? refusal;

        session.Output.Clear();
        if (answer.Reason == Reason.Unregistered)
        {
            ResponseWriter.WriteUnregistered(session.Output);
        }
        else
        {
            ResponseWriter.WriteRefusal(session.Output, answer.Reason, answer.Message, request?.Id ?? refusal.Id);
        }

        await session.Connection.SendAsync(session.Output.Written, stopping);
        return !refusal.Reason.ClosesConnection;
    }

    /// <summary>Refuses a launch, with a sentence for the person at the launcher's terminal.</summary>
    /// <param name="session">The launcher.</param>
    /// <param name="record">The record of the launch; the reason is filled in here.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="stopping">Gives up.</param>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task RefuseLaunchAsync(Session session, AuditRecord record, Refusal refusal, CancellationToken stopping)
    {
        Refusal answer = TryAudit(session.Scope.Audit, record with
        {
            Result = ResultOf(refusal.Reason),
            Reason = refusal.Reason.Name,
            Detail = refusal.Detail ?? refusal.Message,
        }) ?? refusal;
        session.Output.Clear();
        ResponseWriter.WriteRefusal(session.Output, answer.Reason, answer.Message, id: null);
        await session.Connection.SendAsync(session.Output.Written, stopping);
    }

    /// <summary>
    /// Refuses a connection whose program is not known. Only the peer of a user who is served is told anything.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="scope">The scope of the peer's user; null when that user is not served: the record is then the daemon's own.</param>
    /// <param name="number">The connection's number.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="stopping">Gives up.</param>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task RefuseUnknownAsync(
        IPeerConnection connection, UserScope? scope, long number, Refusal refusal, CancellationToken stopping)
    {
        Refusal? auditFailure = TryAudit(scope?.Audit ?? daemonAudit, new AuditRecord
        {
            Action = AuditAction.Connect,
            Result = ResultOf(refusal.Reason),
            ProcessId = connection.Peer.ProcessId,
            UserId = connection.Peer.UserId,
            Connection = number,
            Reason = refusal.Reason.Name,
            Detail = refusal.Message,
        });
        if (scope is null)
        {
            return;
        }

        Refusal answer = auditFailure ?? refusal;
        using var output = new PinnedBufferWriter();
        ResponseWriter.WriteRefusal(output, answer.Reason, answer.Message, id: null);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(SendTimeout);
        await connection.SendAsync(output.Written, deadline.Token);
    }

    // A refusal needs no record to be safe, but a log that cannot be written is said in its place.
    private Refusal? TryAudit(AuditTrail audit, AuditRecord record)
    {
        try
        {
            audit.AppendRefusal(record);
            return null;
        }
        catch (AuditException e)
        {
            LogAuditFailed(logger, e.Message);
            return new Refusal(Reason.InternalError, e.Message);
        }
    }

    private static string ActionOf(RequestMessage? request) =>
        request is null ? AuditAction.Connect : ProtocolNames.Name(request.Action);

    private static string ResultOf(Reason reason) =>
        reason.Status == ResponseStatus.Denied ? AuditResult.Denied : AuditResult.Error;

    [LoggerMessage(LogLevel.Error, "{Cause}")]
    private static partial void LogAuditFailed(ILogger logger, string cause);
}
