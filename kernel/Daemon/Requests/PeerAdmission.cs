using System.Diagnostics;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>The first step of the path: who is it, and may it stay? Nothing is read from the peer here.</summary>
internal sealed class PeerAdmission(
    IPeerVerifier verifier, UserScope scope, Limits limits, ConnectionLimiter limiter, SessionGuard guard, RefusalResponder responder)
{
    // Generous, because hashing an unknown executable of several gigabytes happens within it.
    private static readonly TimeSpan VerificationTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Verifies a peer and binds its identity to the connection.</summary>
    /// <returns>The session, which <see cref="ReleaseAsync"/> ends; null when the peer was refused.</returns>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task<Session?> AdmitAsync(IPeerConnection connection, long number, CancellationToken stopping)
    {
        if (!limiter.TryEnter())
        {
            await responder.RefuseUnknownAsync(connection, number, Reason.Busy, "Too many connections wait to be verified: try again.", stopping);
            return null;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            VerificationResult result = await VerifyAsync(connection.Peer, stopping);
            if (!result.IsVerified)
            {
                await responder.RefuseUnknownAsync(connection, number, ReasonFor(result.Refusal.Value), result.Message, stopping);
                return null;
            }

            var frames = new FrameReader(connection, limits.MaxRequestBytes, limits.RequestTimeout);
            var session = new Session(number, connection, result.Peer, result.Attributable, scope, frames);
            return await AdmitVerifiedAsync(session, Stopwatch.GetElapsedTime(start), stopping);
        }
        finally
        {
            limiter.Leave();
        }
    }

    /// <summary>Ends a session that was admitted.</summary>
    internal async ValueTask ReleaseAsync(Session session)
    {
        limiter.Leave(session.Identity);
        await session.DisposeAsync();
    }

    private async Task<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken stopping)
    {
        if (peer.UserId != scope.UserId)
        {
            return VerificationResult.Refused(VerificationRefusal.Unverifiable, "The peer belongs to another user, whom this daemon does not serve.");
        }

        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(VerificationTimeout);
        try
        {
            return await verifier.VerifyAsync(peer, deadline.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return VerificationResult.Refused(VerificationRefusal.Unverifiable, "The executable could not be verified in time.");
        }
    }

    private async Task<Session?> AdmitVerifiedAsync(Session session, TimeSpan verification, CancellationToken stopping)
    {
        bool isCounted = false;
        bool isAdmitted = false;
        try
        {
            BinaryEntry entry = guard.RequireRegistered(session);
            guard.RequireApprovedCode(session, entry);
            isCounted = limiter.TryEnter(session.Identity);
            SessionGuard.Require(isCounted, Reason.Busy, "This program has too many connections: close some, or try again.");
            guard.RequireAudited(session.Record(AuditAction.Connect, AuditResult.Accepted) with
            {
                DurationMicroseconds = (long)verification.TotalMicroseconds,
            });
            isAdmitted = true;
            return session;
        }
        catch (Refusal refusal)
        {
            await responder.RefuseAsync(session, refusal, request: null, stopping);
            return null;
        }
        finally
        {
            if (!isAdmitted)
            {
                if (isCounted)
                {
                    limiter.Leave(session.Identity);
                }

                await session.DisposeAsync();
            }
        }
    }

    private static Reason ReasonFor(VerificationRefusal refusal) =>
        refusal == VerificationRefusal.FileSystemNotTrusted ? Reason.FileSystemNotTrusted : Reason.IdentityUnverified;
}
