using System.Text;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Migration;

/// <summary>
/// Copies secrets from a store of this user into the user's store at the system daemon, which compares and reads back
/// what it is given: values go there, and none comes back.
/// </summary>
/// <param name="source">Where from.</param>
/// <param name="daemon">A connection on which an import has been permitted.</param>
internal sealed class SystemImporter(ISecretStore source, AdminConnection daemon)
{
    private const int BatchSize = 50;
    private const int BatchBytes = 1024 * 1024;

    /// <summary>Copies one service.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="onItems">Told how many items were dealt with, as it goes.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    /// <exception cref="StoreException">The source could not do its part.</exception>
    /// <exception cref="AdminException">The daemon could not do its part. What was copied before stays.</exception>
    internal async Task<StoreCopyReport> CopyAsync(string service, Action<int> onItems, CancellationToken cancellationToken)
    {
        var report = new StoreCopyReport(service);
        IReadOnlyList<SecretDescriptor> items = await source.SearchAsync(service, [], cancellationToken);

        // A request has one set of attributes.
        foreach (IGrouping<string, SecretDescriptor> alike in items.OrderBy(i => i.Target, StringComparer.Ordinal).GroupBy(item => KeyOf(item.Attributes)))
        {
            foreach (SecretDescriptor[] batch in alike.Chunk(BatchSize))
            {
                await CopyBatchAsync(service, batch, report, cancellationToken);
                onItems(batch.Length);
            }
        }

        return report;
    }

    private async Task CopyBatchAsync(string service, SecretDescriptor[] batch, StoreCopyReport report, CancellationToken cancellationToken)
    {
        using var secrets = new SecretSet(await source.ReadAsync(service, [.. batch.Select(item => item.Target)], cancellationToken));
        var part = new List<Secret>();
        int bytes = 0;
        foreach (Secret secret in secrets.Items)
        {
            if (part.Count > 0 && bytes + secret.Value.Length > BatchBytes)
            {
                Send(service, part, batch[0].Attributes, report);
                part.Clear();
                bytes = 0;
            }

            part.Add(secret);
            bytes += secret.Value.Length;
        }

        if (part.Count > 0)
        {
            Send(service, part, batch[0].Attributes, report);
        }
    }

    private void Send(string service, List<Secret> secrets, IReadOnlyDictionary<string, string> attributes, StoreCopyReport report)
    {
        using var line = new PinnedBufferWriter();
        RequestWriter.WriteRequest(
            line, RequestAction.Write, service, isPrefix: false, secrets.Select(s => s.Target), attributes, secrets.Select(s => s.Value));
        using ResponseMessage answer = Parse(daemon.Exchange(line.Written.Span));
        foreach (ResponseItem item in answer.Results)
        {
            List<string> list = item.Attributes.GetValueOrDefault(Admin.SecretImport.OutcomeAttribute) switch
            {
                Admin.SecretImport.Copied => report.Copied,
                Admin.SecretImport.AlreadyThere => report.AlreadyThere,
                _ => report.Conflicts,
            };
            list.Add(item.Target);
        }
    }

    private static ResponseMessage Parse(byte[] line)
    {
        try
        {
            if (ResponseReader.Read(line) is ResponseMessage answer)
            {
                return answer.IsSuccess ? answer : throw new AdminException(answer.Message ?? "The daemon refused, and did not say why.");
            }
        }
        catch (MalformedMessageException e)
        {
            throw new AdminException(e.Message);
        }

        throw new AdminException("The daemon's answer to an import is none.");
    }

    private static string KeyOf(IReadOnlyDictionary<string, string> attributes)
    {
        var key = new StringBuilder();
        foreach ((string name, string value) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            key.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }

        return key.ToString();
    }
}
