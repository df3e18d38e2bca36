using System.Diagnostics.CodeAnalysis;
using KeychainAuth.Core;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Core.Text;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>The conditions on the path of a request. Each holds, or throws the <see cref="Refusal"/> that says why not.</summary>
internal static class SessionGuard
{
    private static readonly TimeSpan LookLasts = TimeSpan.FromMilliseconds(1);

    /// <summary>The policy as the user's config.json has it now.</summary>
    internal static PolicySnapshot RequirePolicy(Session session)
    {
        try
        {
            return session.Scope.Policies.Current();
        }
        catch (DocumentException e)
        {
            throw new Refusal(Reason.InternalError, $"The policy cannot be read, so nothing is served: {e.Message}");
        }
    }

    /// <summary>
    /// The program is registered: by hash and path, or, where its entry names a signer, by path and that signer. One that is
    /// not is queued for a person's approval. A signer that an entry names is demanded of the approved hash as well.
    /// </summary>
    internal static async ValueTask<BinaryEntry> RequireRegisteredAsync(Session session, CancellationToken cancellationToken)
    {
        PolicySnapshot policy = RequirePolicy(session);
        if (policy.Find(session.Identity) is { } entry)
        {
            return entry.Signer is null || await session.Peer.IsSignedByAsync(entry.Signer, cancellationToken)
                ? entry
                : throw new Refusal(Reason.IdentityUnverified, "The program is not signed as its entry demands (signer).")
                {
                    Detail = $"The entry names the signer {entry.Signer}; the program's is {session.Peer.SigningIdentity ?? "none that this system vouches for"}.",
                };
        }

        if (policy.IsDenied(session.Identity))
        {
            throw new Refusal(Reason.Unregistered, "A person has denied this program; it is not queued again.");
        }

        // After the denials: a person's no to this very file outweighs a yes to its signer.
        foreach (BinaryEntry signed in policy.FindSigned(session.Identity.Path))
        {
            if (await session.Peer.IsSignedByAsync(signed.Signer!, cancellationToken))
            {
                return signed;
            }
        }

        throw Queue(session, "This program is not registered.");
    }

    /// <summary>
    /// A program that is to be launched is registered, by hash and path. One that is not is queued, as when it had
    /// connected; a signer does not stand for a hash here, because nothing runs yet that could be asked for it.
    /// </summary>
    internal static void RequireRegistered(Session launcher, BinaryIdentity program, PreparedLaunch launch)
    {
        PolicySnapshot policy = RequirePolicy(launcher);
        if (policy.Find(program) is not null)
        {
            return;
        }

        if (policy.IsDenied(program))
        {
            throw new Refusal(Reason.Unregistered, "A person has denied this program; it is not queued again.");
        }

        const string Why = "This program is not registered.";
        launcher.Scope.Pending.Record(program, new PreparedProgram(launch), launcher.Connection.Peer.UserId, Why);
        throw new Refusal(Reason.Unregistered, $"{program.DisplayPath} waits for approval: see '{ProductInfo.CommandName} list-pending', then approve it and start it again.") { Detail = Why };
    }

    /// <summary>
    /// Where the user's programs are to be launched: this one was. Permissions are worth nothing to a process that its
    /// user's other programs can write into.
    /// </summary>
    internal static void RequireLaunched(Session session, BinaryEntry entry)
    {
        Require(
            session.IsLaunched || !MustBeLaunched(session, entry),
            Reason.LaunchRequired,
            $"This program is served only when it is launched. Start it with: {ProductInfo.CommandName} exec -- {session.Identity.DisplayPath}");
    }

    /// <summary>Whether this program is served only when it was launched.</summary>
    internal static bool MustBeLaunched(Session session, BinaryEntry entry) => session.Scope.DemandsLaunch && entry.Launch != "optional";

    /// <summary>
    /// The code in the process beside its executable was approved with it. Where the program must be launched, all of it is
    /// root's: the kernel keeps a running executable from being written, and no other file.
    /// </summary>
    internal static void RequireApprovedCode(Session session, BinaryEntry entry)
    {
        if (MustBeLaunched(session, entry) && session.Peer.Code.Files is [var open, ..])
        {
            throw new Refusal(
                Reason.LaunchRequired,
                $"This program runs code from a file that not only root can write, and so could your other programs: {Printable.Escape(open.Path)}. Install it as root.");
        }

        if (CodeEvaluator.FindUnapproved(entry, session.Peer.Code) is { } fault)
        {
            throw Queue(session, fault);
        }
    }

    /// <summary>The process behind the connection still runs the verified image, with approved code only.</summary>
    internal static async ValueTask RequireUnchangedAsync(Session session, BinaryEntry entry, CancellationToken cancellationToken)
    {
        if (!await session.Peer.IsUnchangedAsync(cancellationToken))
        {
            throw new Refusal(Reason.IdentityChanged, "The process behind this connection is no longer the program that was verified.")
            {
                Detail = session.Peer.ChangeDescription,
            };
        }

        RequireApprovedCode(session, entry);
    }

    /// <summary>
    /// The process still runs the verified image, right before an answer. Where the store took its time since the look
    /// before, a debugger may have come, or code: then all is looked at again.
    /// </summary>
    internal static async ValueTask RequireStillUnchangedAsync(Session session, BinaryEntry entry, TimeSpan sinceLook, CancellationToken cancellationToken)
    {
        if (sinceLook >= LookLasts || !await session.Peer.IsSameImageAsync(cancellationToken))
        {
            await RequireUnchangedAsync(session, entry, cancellationToken);
        }

        RequireApprovedCode(session, entry);
    }

    /// <summary>The record is in the user's log, which is to say with the kernel.</summary>
    internal static void RequireAudited(Session session, AuditRecord record) => RequireAudited(session, [record]);

    /// <summary>The records are in the user's log, which is to say with the kernel.</summary>
    internal static void RequireAudited(Session session, IReadOnlyList<AuditRecord> records)
    {
        try
        {
            session.Scope.Audit.Append(records);
        }
        catch (AuditException e)
        {
            throw new Refusal(Reason.InternalError, e.Message);
        }
    }

    internal static void Require(PolicyDecision decision)
    {
        if (!decision.IsAllowed)
        {
            throw new Refusal(decision.Refusal!, decision.Message!);
        }
    }

    internal static void Require([DoesNotReturnIf(false)] bool condition, Reason reason, string message)
    {
        if (!condition)
        {
            throw new Refusal(reason, message);
        }
    }

    private static Refusal Queue(Session session, string why)
    {
        session.Scope.Pending.Record(session.Identity, session.Peer, session.Connection.Peer.UserId, why);
        return new Refusal(Reason.Unregistered, why);
    }
}
