using System.Runtime.InteropServices;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;
using static KeychainAuth.Daemon.Requests.SessionGuard;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Serves the launcher: one line with the opened program, one answer, and a look at what the process has become. Whether
/// the program may run is the policy's word, as with a connection; what it may do is judged when it asks.
/// </summary>
internal sealed partial class LaunchService(ILaunchVerifier verifier, RefusalResponder responder, Limits limits, ILogger<LaunchService> logger)
{
    private const int MaxLineBytes = 1024;
    private const int MaxDescriptors = 3;

    // From the answer to exec there is nothing to do for the launcher; one that was stopped meanwhile is too late.
    private static readonly TimeSpan ExecTimeout = TimeSpan.FromSeconds(10);

    // Generous, because hashing an unknown program of several gigabytes happens within it. The launcher waits as long.
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromMinutes(1);

    private readonly PassedFiles _passed = new();

    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task ServeAsync(Session session, CancellationToken stopping)
    {
        IReadOnlyList<SafeHandle> descriptors = [];
        BinaryIdentity? program = null;
        try
        {
            descriptors = await ReceiveAsync(session, stopping);
            LaunchVerification verification = await PrepareAsync(session, descriptors, stopping);
            Require(verification.IsVerified, ReasonFor(verification.Refusal), verification.Message ?? "");
            await using PreparedLaunch launch = verification.Launch;
            BinaryIdentity identity = BinaryIdentity.FromDigest(launch.Sha256, launch.ExecutablePath) with { Script = Session.ScriptOf(launch.Script) };
            program = identity;
            RequireRegistered(session, identity, launch);
            RequireAudited(session, Record(session, identity, AuditResult.Granted));
            launch.Grant();
            ResponseWriter.WriteLaunchGranted(session.Output);
            await session.Connection.SendAsync(session.Output.Written, stopping);
            await CompleteAsync(session, identity, launch, stopping);
        }
        catch (Refusal refusal)
        {
            await responder.RefuseLaunchAsync(session, Record(session, program ?? session.Identity, AuditResult.Denied), refusal, stopping);
        }
        finally
        {
            _passed.Close(session.Connection.Peer.UserId, descriptors);
        }
    }

    /// <returns>The open files that came with the line.</returns>
    private async Task<IReadOnlyList<SafeHandle>> ReceiveAsync(Session session, CancellationToken stopping)
    {
        Require(session.Connection is IDescriptorConnection, Reason.InternalError, "The transport cannot take open files, which launching needs: choose transport-uds.");
        Require(
            !_passed.AreTooMany(session.Connection.Peer.UserId),
            Reason.Busy,
            "The programs of your earlier launches lie on a file system that lets nobody close them: end it (fusermount3 -u), and try again.");
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.RequestTimeout);
        byte[] line = new byte[MaxLineBytes];
        DescriptorReceiveResult received;
        try
        {
            // The launcher sends line and files in one message, which arrives in one piece.
            received = await ((IDescriptorConnection)session.Connection).ReceiveWithDescriptorsAsync(line, MaxDescriptors, deadline.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new Refusal(Reason.Busy, $"The launcher said nothing for {limits.RequestTimeout.TotalSeconds:0} seconds.");
        }

        bool isKept = false;
        try
        {
            Require(!received.WereMore, Reason.MalformedLine, $"The launcher passes {MaxDescriptors} open files at most.");
            CheckLine(session, line.AsSpan(0, received.Received.Count), received.Received.Sender);
            isKept = true;
            return received.Descriptors;
        }
        finally
        {
            if (!isKept)
            {
                _passed.Close(session.Connection.Peer.UserId, received.Descriptors);
            }
        }
    }

    private static void CheckLine(Session session, ReadOnlySpan<byte> line, Sender? sender)
    {
        Require(!line.IsEmpty && line[^1] == (byte)'\n' && line.IndexOf((byte)'\n') == line.Length - 1, Reason.MalformedLine, "The launcher sends one line.");
        Require(
            sender is null || sender.Value.ProcessId == session.Connection.Peer.ProcessId,
            Reason.IdentityChanged,
            "Another process wrote on the launcher's connection.");
        try
        {
            using ClientMessage message = MessageReader.Read(line[..^1]);
            Require(message is LaunchMessage { Version: ProtocolNames.LaunchVersion }, Reason.MalformedLine, "The launcher asks for launches of version 1 only; install launcher and daemon of one version.");
        }
        catch (MalformedMessageException e)
        {
            throw new Refusal(e.Reason, e.Message);
        }
    }

    private async Task<LaunchVerification> PrepareAsync(Session session, IReadOnlyList<SafeHandle> descriptors, CancellationToken stopping)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(PrepareTimeout);
        try
        {
            return await verifier.PrepareLaunchAsync(session.Peer, descriptors, deadline.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new Refusal(Reason.IdentityUnverified, "The program could not be verified in time.");
        }
    }

    /// <summary>The connection ends when the launcher has become the program: it was opened to be closed at exec.</summary>
    private async Task CompleteAsync(Session session, BinaryIdentity program, PreparedLaunch launch, CancellationToken stopping)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(ExecTimeout);
        string? why;
        try
        {
            byte[] nothing = new byte[1];
            ReceiveResult more = await session.Connection.ReceiveAsync(nothing, deadline.Token);
            why = more.Count > 0
                ? "The launcher went on talking after it was answered."
                : await launch.CompleteAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            why = $"The launcher did not start the program within {ExecTimeout.TotalSeconds:0} seconds.";
        }

        if (why is not null)
        {
            LogNotLaunched(logger, program.DisplayPath, session.Connection.Peer.ProcessId, why);
            RequireAudited(session, Record(session, program, AuditResult.Error) with { Reason = "not_launched", Detail = why });
        }
    }

    private static AuditRecord Record(Session session, BinaryIdentity program, string result) => session.Record(AuditAction.Launch, result) with
    {
        BinaryPath = program.Path,
        BinaryHash = program.Hash,
        ScriptPath = program.Script?.Path,
        ScriptHash = program.Script?.Hash,
    };

    private static Reason ReasonFor(VerificationRefusal? refusal) =>
        refusal == VerificationRefusal.FileSystemNotTrusted ? Reason.FileSystemNotTrusted : Reason.IdentityUnverified;

    [LoggerMessage(LogLevel.Information, "{Path} was granted a launch as process {ProcessId} and is not launched: {Cause}")]
    private static partial void LogNotLaunched(ILogger logger, string path, int processId, string cause);
}
