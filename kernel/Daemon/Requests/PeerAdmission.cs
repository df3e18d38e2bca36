using System.Diagnostics;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>The first step of the path: who is it, and may it stay? Nothing is read from the peer here.</summary>
internal sealed class PeerAdmission(
    IPeerVerifier verifier, UserScopes scopes, Limits limits, TimeProvider time, RefusalResponder responder)
{
    // What takes longer has to hash. Programs that are pinned, or whose hash is known, take a hundredth of it and so
    // never stand in line behind strangers with huge executables.
    private static readonly TimeSpan FastLane = TimeSpan.FromMilliseconds(100);

    // Generous, because hashing an unknown executable of several gigabytes happens within it.
    private static readonly TimeSpan VerificationTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Verifies a peer and binds its identity to the connection.</summary>
    /// <returns>The session, which <see cref="ReleaseAsync"/> ends; null when the peer was refused.</returns>
    /// <exception cref="TransportException">The connection broke.</exception>
    internal async Task<Session?> AdmitAsync(IPeerConnection connection, long number, CancellationToken stopping)
    {
        UserScopeLease? lease = null;
        Session? session = null;
        try
        {
            lease = await EnterScopeAsync(connection.Peer, stopping);
            long start = Stopwatch.GetTimestamp();
            VerificationResult result = await VerifyAsync(connection.Peer, lease.Scope.Limiter, stopping);
            TimeSpan verification = Stopwatch.GetElapsedTime(start);
            if (!result.IsVerified)
            {
                throw new Refusal(ReasonFor(result.Refusal.Value), result.Message);
            }

            var frames = new FrameReader(connection, limits.MaxRequestBytes, limits.RequestTimeout);
            session = new Session(number, connection, result.Peer, result.Attributable, lease, frames)
            {
                IsLauncher = verifier is ILaunchVerifier launches && launches.IsLauncher(result.Peer),
            };
            return await AdmitVerifiedAsync(session, verification, stopping);
        }
        catch (Refusal refusal)
        {
            await responder.RefuseUnknownAsync(connection, lease?.Scope, number, refusal, stopping);
            return null;
        }
        finally
        {
            if (session is null)
            {
                lease?.Dispose();
            }
        }
    }

    /// <summary>Ends a session that was admitted.</summary>
    internal static async ValueTask ReleaseAsync(Session session)
    {
        session.Scope.Limiter.Leave(session.Identity);
        await session.DisposeAsync();
    }

    /// <exception cref="Refusal">The peer's user is not served, or not now.</exception>
    private async Task<UserScopeLease> EnterScopeAsync(PeerCredentials peer, CancellationToken stopping)
    {
        try
        {
            UserScopeLease? lease = await scopes.EnterAsync(peer.UserId, stopping);
            if (lease?.Scope.Serves(peer) == true)
            {
                return lease;
            }

            lease?.Dispose();
            throw new Refusal(Reason.IdentityUnverified, "The peer belongs to another user, whom this daemon does not serve.");
        }
        catch (UserScopeException e)
        {
            throw new Refusal(Reason.InternalError, e.Message);
        }
    }

    /// <exception cref="Refusal">It takes long, and too many others do already.</exception>
    private async Task<VerificationResult> VerifyAsync(PeerCredentials peer, ConnectionLimiter limiter, CancellationToken stopping)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(VerificationTimeout);
        try
        {
            ValueTask<VerificationResult> verification = verifier.VerifyAsync(peer, deadline.Token);
            return verification.IsCompleted ? await verification : await VerifySlowlyAsync(verification.AsTask(), limiter, deadline);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return VerificationResult.Refused(VerificationRefusal.Unverifiable, "The executable could not be verified in time.");
        }
    }

    private async Task<VerificationResult> VerifySlowlyAsync(
        Task<VerificationResult> verification, ConnectionLimiter limiter, CancellationTokenSource deadline)
    {
        using (var fast = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token))
        {
            await Task.WhenAny(verification, Task.Delay(FastLane, time, fast.Token));
            await fast.CancelAsync();
        }

        if (verification.IsCompleted)
        {
            return await verification;
        }

        if (!limiter.TryEnter())
        {
            await deadline.CancelAsync();
            return await GiveUpAsync(verification) ?? throw new Refusal(Reason.Busy, "Too many programs are being verified: try again.");
        }

        try
        {
            return await verification;
        }
        finally
        {
            limiter.Leave();
        }
    }

    /// <returns>Null, or the result that came all the same.</returns>
    private static async Task<VerificationResult?> GiveUpAsync(Task<VerificationResult> verification)
    {
        try
        {
            // To its end: it uses the peer's credentials, which go with the connection.
            return await verification;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<Session?> AdmitVerifiedAsync(Session session, TimeSpan verification, CancellationToken stopping)
    {
        bool isCounted = false;
        bool isAdmitted = false;
        try
        {
            BinaryEntry? entry = session.IsLauncher ? null : await RequireServedAsync(session, stopping);
            isCounted = session.Scope.Limiter.TryEnter(session.Identity);
            SessionGuard.Require(isCounted, Reason.Busy, "This program has too many connections: close some, or try again.");
            if (entry is not null)
            {
                SessionGuard.RequireAudited(session, session.Record(AuditAction.Connect, AuditResult.Accepted) with
                {
                    DurationMicroseconds = (long)verification.TotalMicroseconds,
                    Detail = entry.Names(session.Identity)
                        ? null
                        : $"An update: the approved hash is {entry.Hash}, and the signer is the one that the entry names.",
                });
            }

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
                    session.Scope.Limiter.Leave(session.Identity);
                }

                await session.DisposeAsync();
            }
        }
    }

    private static async ValueTask<BinaryEntry> RequireServedAsync(Session session, CancellationToken stopping)
    {
        BinaryEntry entry = await SessionGuard.RequireRegisteredAsync(session, stopping);
        SessionGuard.RequireLaunched(session, entry);
        SessionGuard.RequireApprovedCode(session, entry);
        return entry;
    }

    private static Reason ReasonFor(VerificationRefusal refusal) =>
        refusal == VerificationRefusal.FileSystemNotTrusted ? Reason.FileSystemNotTrusted : Reason.IdentityUnverified;
}
