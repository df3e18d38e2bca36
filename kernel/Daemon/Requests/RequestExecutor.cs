using System.Globalization;
using System.Text.Unicode;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>Carries out a request that has been permitted, and writes the answer without sending it.</summary>
internal static class RequestExecutor
{
    /// <summary>
    /// Finds the targets a request is about: those it names, or those its prefixes match. Reads names only.
    /// </summary>
    /// <exception cref="Refusal">The store could not answer.</exception>
    internal static async ValueTask<ResolvedRequest> ResolveAsync(StoreAccess store, RequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.IsPrefix && request.Action != RequestAction.Search)
        {
            IReadOnlyList<string> named = request.Targets.Count < 2 ? request.Targets : [.. request.Targets.Distinct(StringComparer.Ordinal)];
            return new ResolvedRequest(request, named, []);
        }

        IReadOnlyList<SecretDescriptor> found = await store.SearchAsync(request.Service, request.Targets, cancellationToken);

        // A prefix delete removes what is named here, so a store that matches too much must not decide it.
        SecretDescriptor[] items = [.. found
            .Where(item => request.Targets.Count == 0 || request.Targets.Any(prefix => item.Target.StartsWith(prefix, StringComparison.Ordinal)))
            .Where(item => request.Attributes.All(wanted => item.Attributes.TryGetValue(wanted.Key, out string? value) && value == wanted.Value))
            .OrderBy(item => item.Target, StringComparer.Ordinal)];
        return new ResolvedRequest(request, [.. items.Select(item => item.Target)], items);
    }

    /// <summary>Does it, and puts the answer into <paramref name="output"/>.</summary>
    /// <exception cref="Refusal">The store could not do it.</exception>
    internal static async ValueTask ExecuteAsync(
        StoreAccess store, BinaryEntry entry, ResolvedRequest resolved, PinnedBufferWriter output, CancellationToken cancellationToken)
    {
        RequestMessage request = resolved.Request;
        switch (request.Action)
        {
            case RequestAction.Check:
                Check(entry, request, output);
                break;
            case RequestAction.Read:
                await ReadAsync(store, resolved, output, cancellationToken);
                break;
            case RequestAction.Search:
                ResponseWriter.WriteDescriptors(output, resolved.Found, request.Id);
                break;
            case RequestAction.Write:
                await store.WriteAsync(request.Service, Secrets(request), cancellationToken);
                ResponseWriter.WriteSuccess(output, request.Id);
                break;
            case RequestAction.Delete:
                if (resolved.Targets.Count > 0)
                {
                    await store.DeleteAsync(request.Service, resolved.Targets, cancellationToken);
                }

                ResponseWriter.WriteSuccess(output, request.Id);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(resolved));
        }
    }

    // What the caller itself may do, per service.
    private static void Check(BinaryEntry entry, RequestMessage request, PinnedBufferWriter output)
    {
        IEnumerable<string> services = PolicyEvaluator.Services(entry);
        if (request.Service.Length > 0)
        {
            services = services.Where(service => service == request.Service);
        }

        ResponseWriter.WriteDescriptors(
            output,
            [.. services.Select(service => new SecretDescriptor(service, new Dictionary<string, string>
            {
                ["read"] = Flag(PolicyEvaluator.CanRead(entry, service)),
                ["write"] = Flag(PolicyEvaluator.CanWrite(entry, service)),
                ["search"] = Flag(PolicyEvaluator.CanSearch(entry, service)),
            }))],
            request.Id);
    }

    private static async ValueTask ReadAsync(
        StoreAccess store, ResolvedRequest resolved, PinnedBufferWriter output, CancellationToken cancellationToken)
    {
        RequestMessage request = resolved.Request;
        IReadOnlyList<Secret> secrets = resolved.Targets.Count == 0
            ? []
            : await store.ReadAsync(request.Service, resolved.Targets, cancellationToken);
        try
        {
            Secret[] results = InOrder(secrets, request.IsPrefix ? resolved.Targets : request.Targets);
            if (Array.Find(results, secret => !Utf8.IsValid(secret.Value.Span)) is { } binary)
            {
                throw new Refusal(Reason.InternalError, $"The value of '{binary.Target}' is not text, so it cannot be sent as JSON.");
            }

            ResponseWriter.WriteSecrets(output, results, request.Id);
        }
        finally
        {
            foreach (Secret secret in secrets)
            {
                secret.Dispose();
            }
        }
    }

    // As often as a target is named; without those that are absent, and without what nobody asked for.
    private static Secret[] InOrder(IReadOnlyList<Secret> secrets, IReadOnlyList<string> targets)
    {
        if (secrets.Count <= 1 && targets.Count == 1)
        {
            return secrets.Count == 1 && secrets[0].Target == targets[0] ? [secrets[0]] : [];
        }

        var byTarget = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (Secret secret in secrets)
        {
            if (!byTarget.TryAdd(secret.Target, secret))
            {
                throw new Refusal(Reason.InternalError, $"The store gave two values for '{secret.Target}', so neither is sent.");
            }
        }

        return [.. targets.Where(byTarget.ContainsKey).Select(target => byTarget[target])];
    }

    // Of a target named twice the last value counts, as if the writes had come one after the other. The values stay the
    // request's own.
    private static Secret[] Secrets(RequestMessage request)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < request.Targets.Count; i++)
        {
            last[request.Targets[i]] = i;
        }

        return [.. last.Values.Order().Select(i => new Secret(request.Targets[i], request.Values[i], request.Attributes))];
    }

    private static string Flag(bool value) => value.ToString(CultureInfo.InvariantCulture).ToLowerInvariant();
}
