using System.Diagnostics.CodeAnalysis;
using KeychainAuth.Core;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>The conditions on the path of a request. Each holds, or throws the <see cref="Refusal"/> that says why not.</summary>
internal static class SessionGuard
{
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

    /// <summary>The program is registered, by hash and path. One that is not is queued for a person's approval.</summary>
    internal static BinaryEntry RequireRegistered(Session session) =>
        Find(RequirePolicy(session), session.Identity) ?? throw Queue(session, "This program is not registered.");

    /// <summary>The same of a program that is to be launched.</summary>
    internal static BinaryEntry RequireRegistered(Session launcher, BinaryIdentity program, PreparedLaunch launch)
    {
        if (Find(RequirePolicy(launcher), program) is { } entry)
        {
            return entry;
        }

        const string Why = "This program is not registered.";
        launcher.Scope.Pending.Record(program, () => launch.Evidence, CodeInventory.Empty, launcher.Connection.Peer.UserId, Why);
        throw new Refusal(Reason.Unregistered, $"{program.DisplayPath} waits for approval: see '{ProductInfo.CommandName} list-pending', then approve it and start it again.") { Detail = Why };
    }

    /// <summary>
    /// Where the user's programs are to be launched: this one was, and every byte of the connection is its own. Its
    /// permissions are worth nothing to a process that its user's other programs can write into.
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

    /// <summary>The code in the process beside its executable was approved with it.</summary>
    internal static void RequireApprovedCode(Session session, BinaryEntry entry)
    {
        if (CodeEvaluator.FindUnapproved(entry, session.Peer.Code) is { } fault)
        {
            throw Queue(session, fault);
        }
    }

    /// <summary>The process behind the connection still runs the verified image, with approved code only.</summary>
    internal static async Task RequireUnchangedAsync(Session session, BinaryEntry entry, CancellationToken cancellationToken)
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

    /// <summary>The record is in the user's log, which is to say with the kernel.</summary>
    internal static void RequireAudited(Session session, AuditRecord record)
    {
        try
        {
            session.Scope.Audit.Append(record);
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

    /// <exception cref="Refusal">A person does not want to be asked about it.</exception>
    private static BinaryEntry? Find(PolicySnapshot policy, BinaryIdentity identity) =>
        policy.Find(identity) ?? (policy.IsDenied(identity)
            ? throw new Refusal(Reason.Unregistered, "A person has denied this program; it is not queued again.")
            : null);

    private static Refusal Queue(Session session, string why)
    {
        session.Scope.Pending.Record(session.Identity, session.Peer, session.Connection.Peer.UserId, why);
        return new Refusal(Reason.Unregistered, why);
    }
}
