using System.Security.Cryptography;
using KeychainAuth.Core.Audit;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Migration;

/// <summary>
/// Copies secrets from one store to another. Every item is read back and compared; nothing that is there already and
/// differs is overwritten; nothing is deleted here.
/// </summary>
/// <param name="source">Where from.</param>
/// <param name="destination">Where to.</param>
/// <param name="audit">Gets a record before anything of a service is written.</param>
/// <param name="describe">What the records say of the copy, for example <c>store-file to store-secretservice</c>.</param>
internal sealed class StoreCopier(ISecretStore source, ISecretStore destination, Action<AuditRecord> audit, string describe)
{
    private const int BatchSize = 50;

    /// <summary>Copies one service.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="onItems">Told how many items were dealt with, as it goes.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    /// <exception cref="StoreException">A store could not do its part. What was copied before stays.</exception>
    internal async Task<StoreCopyReport> CopyAsync(string service, bool dryRun, Action<int> onItems, CancellationToken cancellationToken)
    {
        IReadOnlyList<SecretDescriptor> items = await source.SearchAsync(service, [], cancellationToken);
        Dictionary<string, SecretDescriptor> present = await DescribeDestinationAsync(service, cancellationToken);
        var report = new StoreCopyReport(service);
        foreach (SecretDescriptor[] batch in items.OrderBy(i => i.Target, StringComparer.Ordinal).Chunk(BatchSize))
        {
            await CopyBatchAsync(service, batch, present, dryRun, report, cancellationToken);
            onItems(batch.Length);
        }

        return report;
    }

    private async Task CopyBatchAsync(
        string service,
        SecretDescriptor[] batch,
        Dictionary<string, SecretDescriptor> described,
        bool dryRun,
        StoreCopyReport report,
        CancellationToken cancellationToken)
    {
        string[] targets = [.. batch.Select(item => item.Target)];
        using var theirs = new SecretSet(await source.ReadAsync(service, targets, cancellationToken));
        using var present = new SecretSet(await destination.ReadAsync(service, targets, cancellationToken));
        var missing = new List<Secret>();
        foreach (Secret secret in theirs.Items)
        {
            // Attributes come with the search; a store may leave them out of a read.
            SecretDescriptor item = batch.First(i => i.Target == secret.Target);
            if (present.Find(secret.Target) is not { } there)
            {
                missing.Add(new Secret(secret.Target, secret.Value, item.Attributes));
            }
            else if (SameValue(secret, there) && HasAttributes(described.GetValueOrDefault(secret.Target), item.Attributes))
            {
                report.AlreadyThere.Add(secret.Target);
            }
            else
            {
                report.Conflicts.Add(secret.Target);
            }
        }

        report.Copied.AddRange(missing.Select(secret => secret.Target));
        if (missing.Count == 0 || dryRun)
        {
            return;
        }

        audit(new AuditRecord
        {
            Action = AuditAction.Config,
            Result = AuditResult.Accepted,
            ProcessId = System.Environment.ProcessId,
            Service = service,
            Targets = [.. missing.Select(secret => secret.Target)],
            Reason = "store_copy",
            Detail = describe,
        });
        await destination.WriteAsync(service, missing, cancellationToken);
        await VerifyAsync(service, missing, cancellationToken);
    }

    private async Task VerifyAsync(string service, List<Secret> written, CancellationToken cancellationToken)
    {
        using var found = new SecretSet(await destination.ReadAsync(service, [.. written.Select(s => s.Target)], cancellationToken));
        Dictionary<string, SecretDescriptor> described = await DescribeDestinationAsync(service, cancellationToken);
        Secret? wrong = written.Find(secret =>
            found.Find(secret.Target) is not { } there
            || !SameValue(secret, there)
            || !HasAttributes(described.GetValueOrDefault(secret.Target), secret.Attributes));
        if (wrong is not null)
        {
            throw new StoreException(StoreError.Corrupt, $"'{wrong.Target}' of service '{service}' does not read back as it was written. The source was not touched.");
        }
    }

    private async Task<Dictionary<string, SecretDescriptor>> DescribeDestinationAsync(string service, CancellationToken cancellationToken) =>
        (await destination.SearchAsync(service, [], cancellationToken)).ToDictionary(item => item.Target, StringComparer.Ordinal);

    // Beside ours a keychain may have attributes of its own.
    private static bool HasAttributes(SecretDescriptor? item, IReadOnlyDictionary<string, string> wanted) =>
        item is not null && wanted.All(a => item.Attributes.TryGetValue(a.Key, out string? value) && value == a.Value);

    private static bool SameValue(Secret one, Secret other) => CryptographicOperations.FixedTimeEquals(one.Value.Span, other.Value.Span);
}
