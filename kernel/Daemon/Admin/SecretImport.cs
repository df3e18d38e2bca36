using System.Security.Cryptography;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Plugin;
using static KeychainAuth.Daemon.Requests.SessionGuard;

namespace KeychainAuth.Daemon.Admin;

/// <summary>
/// Puts secrets into a user's store: only where none is there, and read back afterwards. The answer says of each what
/// became of it, and of a value that differs nothing but that it does.
/// </summary>
internal static class SecretImport
{
    internal const string OutcomeAttribute = "outcome";
    internal const string Copied = "copied";
    internal const string AlreadyThere = "already-there";
    internal const string Differs = "differs";

    /// <exception cref="Refusal">The store could not do it; what was written before stays.</exception>
    internal static async Task<IReadOnlyList<SecretDescriptor>> RunAsync(AdminCall call, RequestMessage request, CancellationToken cancellationToken)
    {
        Require(request.Action == RequestAction.Write, Reason.MalformedRequest, "An import consists of writes.");
        string[] targets = [.. request.Targets.Distinct(StringComparer.Ordinal)];
        Require(targets.Length == request.Targets.Count, Reason.MalformedRequest, "An import names each target once.");
        Dictionary<string, string> outcomes = await CompareAsync(call, request, cancellationToken);
        List<Secret> missing = [.. request.Targets
            .Select((target, i) => new Secret(target, request.Values[i], request.Attributes))
            .Where(secret => !outcomes.ContainsKey(secret.Target))];
        if (missing.Count > 0)
        {
            string[] names = [.. missing.Select(secret => secret.Target)];
            call.Scope.Audit.Append(call.Record(AuditResult.Accepted, "store_import", "imported from a store of user mode") with
            {
                Service = request.Service,
                Targets = names,
            });
            await call.Scope.Store.WriteAsync(request.Service, missing, cancellationToken);
            Dictionary<string, string> written = await CompareAsync(call, request, cancellationToken);
            foreach (string name in names)
            {
                Require(written.GetValueOrDefault(name) == AlreadyThere, Reason.InternalError, $"'{name}' does not read back as it was written. The source was not touched.");
                outcomes[name] = Copied;
            }
        }

        return [.. targets.Select(target => new SecretDescriptor(target, new Dictionary<string, string> { [OutcomeAttribute] = outcomes[target] }))];
    }

    // Which of the targets are there, and whether with the same value.
    private static async Task<Dictionary<string, string>> CompareAsync(AdminCall call, RequestMessage request, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<Secret> present = await call.Scope.Store.ReadAsync(request.Service, request.Targets, cancellationToken);
        foreach (Secret secret in present)
        {
            using (secret)
            {
                for (int i = 0; i < request.Targets.Count; i++)
                {
                    if (request.Targets[i] == secret.Target)
                    {
                        bool same = CryptographicOperations.FixedTimeEquals(secret.Value.Span, request.Values[i].Span);
                        outcomes[secret.Target] = same ? AlreadyThere : Differs;
                    }
                }
            }
        }

        return outcomes;
    }
}
