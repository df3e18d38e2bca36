using System.Diagnostics;
using KeychainAuth.Core;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;
using static KeychainAuth.Daemon.Requests.SessionGuard;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// The path of a request, top to bottom: admit the peer, then for each line read, judge, look again, audit, serve, look
/// again, reply. Verification precedes reading; the audit record precedes any effect, and one that cannot be written
/// denies the request. Reads that a client has sent without waiting take the path together.
/// </summary>
internal sealed partial class RequestPipeline(
    PeerAdmission admission,
    RefusalResponder responder,
    LaunchService? launches,
    Limits limits,
    TimeProvider time,
    ILogger<RequestPipeline> logger)
{
    private long _connections;

    /// <summary>Serves one connection to its end. Never throws: what goes wrong with one peer concerns nobody else.</summary>
    internal async Task ServeAsync(IPeerConnection connection, CancellationToken stopping)
    {
        long number = Interlocked.Increment(ref _connections);
        await using (connection)
        {
            Session? session = null;
            try
            {
                session = await admission.AdmitAsync(connection, number, stopping);
                if (session is { IsLauncher: true })
                {
                    await launches!.ServeAsync(session, stopping);
                }
                else if (session is not null)
                {
                    await ServeLinesAsync(session, stopping);
                }
            }
            catch (Exception e) when (e is TransportException or OperationCanceledException)
            {
                LogEnded(logger, number, e.Message);
            }
            catch (Exception e)
            {
                // The message of an exception nobody foresaw may hold anything: the log gets its type and place.
                LogFailed(logger, number, e.GetType().FullName, e.StackTrace);
                connection.Abort();
            }
            finally
            {
                if (session is not null)
                {
                    await PeerAdmission.ReleaseAsync(session);
                }
            }
        }
    }

    private async Task ServeLinesAsync(Session session, CancellationToken stopping)
    {
        bool goesOn = true;
        while (goesOn)
        {
            Frame frame = session.Burst.TakeRest() ?? await session.Frames.ReadAsync(stopping);
            goesOn = frame.Kind != FrameKind.End && await ServeLineAsync(session, frame, stopping);
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async ValueTask<bool> ServeLineAsync(Session session, Frame frame, CancellationToken stopping)
    {
        try
        {
            ClientMessage message = ReadMessage(session, frame);
            bool isFirst = !session.HasSpoken;
            session.HasSpoken = true;
            switch (message)
            {
                case HelloMessage hello:
                    Require(isFirst, Reason.MalformedRequest, "HELLO must be the first line.");
                    return await GreetAsync(session, hello, stopping);
                case LaunchMessage:
                    throw new Refusal(Reason.IdentityUnverified, "Only the installed launcher may ask for a launch.");
                case RequestMessage request:
                    session.Burst.Collect(request, session.Frames);
                    return await ServeBurstAsync(session, stopping);
                default:
                    throw new UnreachableException();
            }
        }
        catch (Refusal refusal)
        {
            return await responder.RefuseAsync(session, refusal, request: null, stopping);
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async ValueTask<bool> ServeBurstAsync(Session session, CancellationToken stopping)
    {
        using ReadBurst burst = session.Burst;
        try
        {
            if (!MayServeQueuedBytes(session))
            {
                return false;
            }

            await ServeRequestsAsync(session, burst.Requests, stopping);
            return true;
        }
        catch (Refusal refusal) when (burst.Requests.Count == 1)
        {
            return await responder.RefuseAsync(session, refusal, burst.Requests[0], stopping);
        }
        catch (Refusal)
        {
            return await ServeOneByOneAsync(session, burst.Requests, stopping);
        }
    }

    /// <summary>
    /// Something in a burst is refused, and nothing of it has been answered: each request gets an answer of its own. One
    /// that was recorded before the store failed is recorded again.
    /// </summary>
    /// <returns>Whether the connection goes on.</returns>
    private async ValueTask<bool> ServeOneByOneAsync(Session session, IReadOnlyList<RequestMessage> requests, CancellationToken stopping)
    {
        bool goesOn = true;
        for (int index = 0; goesOn && index < requests.Count; index++)
        {
            try
            {
                await ServeRequestsAsync(session, [requests[index]], stopping);
            }
            catch (Refusal refusal)
            {
                goesOn = await responder.RefuseAsync(session, refusal, requests[index], stopping);
            }
        }

        return goesOn;
    }

    private ClientMessage ReadMessage(Session session, Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.TooLarge:
                throw new Refusal(Reason.RequestTooLarge, $"A request line may have {limits.MaxRequestBytes} bytes at most.");
            case FrameKind.TimedOut:
                throw new Refusal(Reason.Busy, $"The request was not complete after {limits.RequestTimeout.TotalSeconds:0} seconds.");
            case FrameKind.ForeignSender:
                throw new Refusal(Reason.IdentityChanged, "Another process wrote on this connection.")
                {
                    Detail = $"Process {frame.Sender!.Value.ProcessId} of user {frame.Sender.Value.UserId} wrote on the connection of process {session.Connection.Peer.ProcessId}.",
                };
        }

        try
        {
            return MessageReader.Read(frame.Line.Span);
        }
        catch (MalformedMessageException e)
        {
            throw new Refusal(e.Reason, e.Message) { Id = e.Id };
        }
    }

    // Version 2: a client is welcomed on a connection that was made after its image had been pinned.
    private static async Task<bool> GreetAsync(Session session, HelloMessage hello, CancellationToken stopping)
    {
        Require(
            hello.Version == ProtocolNames.AttributableVersion,
            Reason.MalformedRequest,
            $"This daemon speaks protocol {ProtocolNames.AttributableVersion} and, without HELLO, 1.");
        session.Output.Clear();
        if (session.IsAttributable)
        {
            await RaiseToVersion2Async(session, await RequireRegisteredAsync(session, stopping), stopping);
            session.IsVersion2 = true;
            ResponseWriter.WriteWelcome(session.Output);
        }
        else
        {
            ResponseWriter.WriteReconnect(session.Output);
        }

        await session.Connection.SendAsync(session.Output.Written, stopping);
        return session.IsAttributable;
    }

    // Once a program has shown that it can, nobody may speak version 1 in its name: written before it is welcomed.
    private static async Task RaiseToVersion2Async(Session session, BinaryEntry entry, CancellationToken stopping)
    {
        // What holds for every user is root's to change.
        if (entry.Protocol is not null || !RequirePolicy(session).IsOwn(entry))
        {
            return;
        }

        // The line may have been written by what the process runs since it connected, which must not decide this.
        await RequireUnchangedAsync(session, entry, stopping);
        RequireAudited(session, session.Record(AuditAction.Config, AuditResult.Accepted) with
        {
            Reason = "protocol_raised",
            Detail = "The program has spoken protocol 2; version 1 in its name is refused from now on.",
        });
        try
        {
            session.Scope.Policies.RaiseToVersion2(entry.Identity);
        }
        catch (DocumentException e)
        {
            throw new Refusal(Reason.InternalError, e.Message);
        }
    }

    // Version 1 bytes that were queued before the pin may stem from an image before; the owner may want them refused.
    // Asked of the first request, which need not be the first line: a HELLO of another version may stand before it.
    private static bool MayServeQueuedBytes(Session session)
    {
        bool isFirstRequest = !session.HasRequested;
        session.HasRequested = true;
        if (!isFirstRequest || session.IsAttributable || !session.Frames.FirstBytesWereQueued || !RequirePolicy(session).RefusesUnattributed)
        {
            return true;
        }

        RequireAudited(session, session.Record(AuditAction.Connect, AuditResult.Denied) with
        {
            Reason = "unattributed",
            Detail = "The request was queued before the program could be pinned, and config.json says \"unattributed\": \"refuse\".",
        });
        return false;
    }

    private async ValueTask ServeRequestsAsync(Session session, IReadOnlyList<RequestMessage> requests, CancellationToken stopping)
    {
        BinaryEntry entry = await RequireRegisteredAsync(session, stopping);
        RequireLaunched(session, entry);
        Require(
            session.IsVersion2 || entry.Protocol is not 2,
            Reason.ReconnectRequired,
            $"This program is known to speak protocol 2. To allow version 1 again, run: {ProductInfo.CommandName} register --protocol 1 {entry.Path}");
        Require(
            session.IsAttributable || !MustBeLaunched(session, entry),
            Reason.ReconnectRequired,
            "The connection may have been made before the program was launched: connect again.");
        DateTimeOffset now = time.GetUtcNow();
        foreach (RequestMessage request in requests)
        {
            Require(PolicyEvaluator.Evaluate(entry, request, now));
        }

        long look = time.GetTimestamp();
        await RequireUnchangedAsync(session, entry, stopping);

        var resolved = new ResolvedRequest[requests.Count];
        var records = new AuditRecord[requests.Count];
        for (int index = 0; index < resolved.Length; index++)
        {
            RequestMessage request = requests[index];
            resolved[index] = await RequestExecutor.ResolveAsync(session.Scope.Store, request, stopping);
            Require(PolicyEvaluator.EvaluateMatches(entry, request.Service, resolved[index].Targets));
            records[index] = session.Record(ProtocolNames.Name(request.Action), AuditResult.Granted, request.Service, resolved[index].Targets);
        }

        RequireAudited(session, records);

        session.Output.Clear();
        foreach (ResolvedRequest request in resolved)
        {
            await RequestExecutor.ExecuteAsync(session.Scope.Store, entry, request, session.Output, stopping);
        }

        await RequireStillUnchangedAsync(session, entry, time.GetElapsedTime(look), stopping);
        await session.Connection.SendAsync(session.Output.Written, stopping);
        session.Output.Clear();
    }

    [LoggerMessage(LogLevel.Debug, "Connection {Number} ended: {Cause}")]
    private static partial void LogEnded(ILogger logger, long number, string cause);

    [LoggerMessage(LogLevel.Error, "Connection {Number} failed with {Exception}: {StackTrace}")]
    private static partial void LogFailed(ILogger logger, long number, string? exception, string? stackTrace);
}
