using System.Text.Json;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Auditing;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Admin;

/// <summary>
/// Serves the command line's connections: a line, an answer, until the peer closes. Anybody may connect; whom a request
/// is about follows from the kernel's word on who connected. No user can take more than a few connections, nor have a
/// person asked twice at a time.
/// </summary>
internal sealed partial class AdminPipeline(UserScopes scopes, AdminActions actions, AuditTrail daemonAudit, ILogger<AdminPipeline> logger)
{
    private const int MaxLineBytes = 4 * 1024 * 1024;
    private const int MaxConnectionsPerUser = 8;

    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly PerUserLimit _connections = new(MaxConnectionsPerUser);
    private readonly PerUserLimit _questions = new(1);

    /// <summary>Serves one connection to its end. Never throws.</summary>
    internal async Task ServeAsync(IPeerConnection connection, CancellationToken stopping)
    {
        await using (connection)
        {
            try
            {
                await ServeUserAsync(connection, stopping);
            }
            catch (Exception e) when (e is TransportException or OperationCanceledException)
            {
                // The peer is gone, or the daemon stops: nobody is left to tell.
            }
            catch (Exception e)
            {
                // The message of an exception nobody foresaw may hold anything: the log gets its type and place.
                LogFailed(logger, e.GetType().FullName, e.StackTrace);
                connection.Abort();
            }
        }
    }

    private async Task ServeUserAsync(IPeerConnection connection, CancellationToken stopping)
    {
        if (connection.Peer.UserId is not { } user || !_connections.TryEnter(user))
        {
            await AnswerAsync(connection, AdminResponse.Failed("You have too many of these connections: close some."), stopping);
            return;
        }

        try
        {
            using UserScopeLease? lease = await scopes.EnterAsync(user, stopping);
            if (lease is null)
            {
                daemonAudit.AppendRefusal(new AuditRecord
                {
                    Action = AuditAction.Connect,
                    Result = AuditResult.Denied,
                    ProcessId = connection.Peer.ProcessId,
                    UserId = user,
                    Reason = Reason.IdentityUnverified.Name,
                    Detail = "A user without an account on this machine is not served.",
                });
                return;
            }

            await ServeLinesAsync(connection, lease.Scope, stopping);
        }
        catch (UserScopeException e)
        {
            await AnswerAsync(connection, AdminResponse.Failed(e.Message), stopping);
        }
        finally
        {
            _connections.Leave(user);
        }
    }

    private async Task ServeLinesAsync(IPeerConnection connection, UserScope own, CancellationToken stopping)
    {
        using var frames = new FrameReader(connection, MaxLineBytes, LineTimeout);
        while (true)
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            idle.CancelAfter(IdleTime);
            Frame frame = await frames.ReadAsync(idle.Token);
            if (frame.Kind != FrameKind.Line)
            {
                await RefuseFrameAsync(connection, own, frame, stopping);
                return;
            }

            if (Parse(frame.Line.Span) is not { } request)
            {
                await AnswerAsync(connection, AdminResponse.Failed("The line is no request of the command line."), stopping);
                return;
            }

            if (!await ServeRequestAsync(connection, frames, own, request, stopping))
            {
                return;
            }
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ServeRequestAsync(
        IPeerConnection connection, FrameReader frames, UserScope own, AdminRequest request, CancellationToken stopping)
    {
        bool mayAskAPerson = request.User is not null || request.Action is AdminAction.Update or AdminAction.Import or AdminAction.RotateKey;
        if (mayAskAPerson && !_questions.TryEnter(own.UserId!.Value))
        {
            await AnswerAsync(connection, AdminResponse.Failed("Another change of yours waits for a password: answer that first."), stopping);
            return true;
        }

        try
        {
            using UserScopeLease? other = request.User is { } user && user != own.UserId ? await scopes.EnterAsync(user, stopping) : null;
            if (request.User is not null && request.User != own.UserId && other is null)
            {
                await AnswerAsync(connection, AdminResponse.Failed($"There is no user {request.User} on this machine."), stopping);
                return true;
            }

            var call = new AdminCall(connection.Peer, own, other?.Scope ?? own, request);
            AdminResponse response = await actions.HandleAsync(call, stopping);
            await AnswerAsync(connection, response, stopping);
            if (request.Action == AdminAction.Import && response.Status == ResponseStatus.Success)
            {
                await ImportAsync(connection, frames, call, stopping);
                return false;
            }

            return true;
        }
        finally
        {
            if (mayAskAPerson)
            {
                _questions.Leave(own.UserId!.Value);
            }
        }
    }

    private static async Task ImportAsync(IPeerConnection connection, FrameReader frames, AdminCall call, CancellationToken stopping)
    {
        using var output = new PinnedBufferWriter();
        for (Frame frame = await ReadAsync(); frame.Kind == FrameKind.Line; frame = await ReadAsync())
        {
            output.Clear();
            try
            {
                using ClientMessage message = MessageReader.Read(frame.Line.Span);
                IReadOnlyList<SecretDescriptor> outcomes = message is RequestMessage request
                    ? await SecretImport.RunAsync(call, request, stopping)
                    : throw new Refusal(Reason.MalformedRequest, "An import consists of writes.");
                ResponseWriter.WriteDescriptors(output, outcomes, id: null);
            }
            catch (MalformedMessageException e)
            {
                ResponseWriter.WriteRefusal(output, e.Reason, e.Message, id: null);
            }
            catch (Refusal e)
            {
                ResponseWriter.WriteRefusal(output, e.Reason, e.Message, id: null);
            }

            await connection.SendAsync(output.Written, stopping);
        }

        async Task<Frame> ReadAsync()
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            idle.CancelAfter(IdleTime);
            return await frames.ReadAsync(idle.Token);
        }
    }

    private static async Task RefuseFrameAsync(IPeerConnection connection, UserScope own, Frame frame, CancellationToken stopping)
    {
        switch (frame.Kind)
        {
            case FrameKind.ForeignSender:
                own.Audit.AppendRefusal(new AuditRecord
                {
                    Action = AuditAction.Config,
                    Result = AuditResult.Denied,
                    ProcessId = connection.Peer.ProcessId,
                    UserId = connection.Peer.UserId,
                    Reason = Reason.IdentityChanged.Name,
                    Detail = $"Process {frame.Sender!.Value.ProcessId} wrote on the administration connection of process {connection.Peer.ProcessId}.",
                });
                await AnswerAsync(connection, AdminResponse.Denied("Another process wrote on this connection."), stopping);
                break;
            case FrameKind.TooLarge:
                await AnswerAsync(connection, AdminResponse.Failed($"A line may have {MaxLineBytes} bytes at most."), stopping);
                break;
            case FrameKind.TimedOut:
                await AnswerAsync(connection, AdminResponse.Failed($"The line was not complete after {LineTimeout.TotalSeconds:0} seconds."), stopping);
                break;
        }
    }

    private static AdminRequest? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AdminJsonContext.Default.AdminRequest) is { Type: AdminRequest.TypeName, Action: not null } request
                ? request
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ValueTask AnswerAsync(IPeerConnection connection, AdminResponse response, CancellationToken stopping) =>
        connection.SendAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(response, AdminJsonContext.Default.AdminResponse), (byte)'\n'], stopping);

    [LoggerMessage(LogLevel.Error, "An administration connection failed with {Exception}: {StackTrace}")]
    private static partial void LogFailed(ILogger logger, string? exception, string? stackTrace);
}
