using System.Text.Json;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Migration;

/// <summary>
/// <c>keychain-auth store list|copy</c>: what a person does with stores while no program is served. It runs in the
/// daemon's program because that is what loads plugins.
/// </summary>
internal sealed class StoreCommands(UserPaths paths, PluginHost plugins, TextWriter output, TextWriter error, bool isTerminal)
{
    /// <summary>Shows the stores that are installed, whether they work now, and how much they hold.</summary>
    internal async Task ListAsync(DaemonOptions options, PluginsSection? config, CancellationToken cancellationToken)
    {
        PluginSelection selection = PluginHost.Select(options, config, PluginHost.ProbeEnvironment(paths));
        var stores = new List<StoreSummary>();
        foreach (PluginVerdict verdict in selection.Verdicts.Where(v => v.Candidate.Manifest?.Kind == PluginKind.Store))
        {
            stores.Add(await SummariseAsync(verdict, config, cancellationToken));
        }

        if (options.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(stores, MigrationJsonContext.Default.ListStoreSummary));
            return;
        }

        foreach (StoreSummary store in stores)
        {
            string holds = store.Services is null ? "" : $"; {store.Services} services, {store.Items} items";
            await output.WriteLineAsync($"{store.Id,-20}  {(store.IsTaken ? "in use" : "not used"),-8}  {store.State}{holds}  {store.Message}");
        }
    }

    /// <summary>Copies all services, or one.</summary>
    /// <returns>Whether everything is in the destination with the source's value.</returns>
    /// <exception cref="PluginException">A store cannot be loaded, or does not work now.</exception>
    /// <exception cref="StoreException">A store could not do its part.</exception>
    internal async Task<bool> CopyAsync(StoreCopyOptions copy, PluginsSection? config, Limits limits, CancellationToken cancellationToken)
    {
        // A daemon that goes on serving could replace a value between its copy and its deletion.
        string socket = paths.ResolveSocket(null);
        using InstanceFile? claim = !copy.DeleteSource || copy.DryRun ? null : InstanceFile.TryClaim(paths, socket)
            ?? throw new PluginException($"A daemon serves {socket}: stop it before anything is deleted from a store, or copy without --delete-source.");
        await using ISecretStore source = await plugins.LoadStoreAsync(copy.From, config, cancellationToken);
        IReadOnlyList<string> services = copy.Service is { } one ? [one] : await ServicesAsync(copy.From, source, cancellationToken);
        int total = 0;
        foreach (string service in services)
        {
            total += (await source.SearchAsync(service, [], cancellationToken)).Count;
        }

        using var audit = new AuditLog(paths.AuditFile, TimeProvider.System, limits.AuditMaxBytes, limits.AuditFiles);
        var bar = new ProgressBar(error, isTerminal, total);
        var reports = new List<StoreCopyReport>();
        try
        {
            if (copy.To == StoreCopyOptions.SystemDaemon)
            {
                await ImportAsync(source, services, copy, bar, reports, cancellationToken);
            }
            else
            {
                await using ISecretStore destination = await plugins.LoadStoreAsync(copy.To, config, cancellationToken);
                var copier = new StoreCopier(source, destination, audit.Append, $"{copy.From} to {copy.To}");
                foreach (string service in services)
                {
                    reports.Add(await copier.CopyAsync(service, copy.DryRun, bar.Advance, cancellationToken));
                }
            }
        }
        finally
        {
            bar.Finish();
        }

        if (copy.DeleteSource && !copy.DryRun)
        {
            await DeleteCopiedAsync(source, reports, audit, copy, cancellationToken);
        }

        Report(reports, copy);
        return reports.TrueForAll(r => r.Conflicts.Count == 0);
    }

    private static async Task ImportAsync(
        ISecretStore source, IReadOnlyList<string> services, StoreCopyOptions copy, ProgressBar bar, List<StoreCopyReport> reports, CancellationToken cancellationToken)
    {
        using AdminConnection daemon = AdminConnection.Open();
        if (copy.DryRun)
        {
            foreach (string service in services)
            {
                // What is there already the daemon tells nobody but an import.
                var report = new StoreCopyReport(service);
                report.Copied.AddRange((await source.SearchAsync(service, [], cancellationToken)).Select(item => item.Target));
                reports.Add(report);
                bar.Advance(report.Copied.Count);
            }

            return;
        }

        using (TerminalAgent agent = TerminalAgent.StartIfUseful())
        {
            AdminResponse permitted = daemon.Ask(new AdminRequest { Action = AdminAction.Import, Command = "store copy" });
            if (permitted.Status != ResponseStatus.Success)
            {
                throw new AdminException(permitted.Message ?? "The daemon refused, and did not say why.");
            }
        }

        var importer = new SystemImporter(source, daemon);
        foreach (string service in services)
        {
            reports.Add(await importer.CopyAsync(service, bar.Advance, cancellationToken));
        }
    }

    private static async Task<IReadOnlyList<string>> ServicesAsync(string id, ISecretStore store, CancellationToken cancellationToken) =>
        store is IServiceEnumeration enumeration
            ? [.. (await enumeration.ListServicesAsync(cancellationToken)).Order(StringComparer.Ordinal)]
            : throw new PluginException($"The store '{id}' cannot list its services: name one with --service.");

    private async Task<StoreSummary> SummariseAsync(PluginVerdict verdict, PluginsSection? config, CancellationToken cancellationToken)
    {
        string id = verdict.Candidate.FolderName;
        var summary = new StoreSummary { Id = id, IsTaken = verdict.Outcome == PluginOutcome.Taken, State = "unavailable", Message = verdict.Reason };
        try
        {
            await using ISecretStore store = await plugins.LoadStoreAsync(id, config, cancellationToken);
            if (store is not IServiceEnumeration enumeration)
            {
                return summary with { State = "ready", Message = "It cannot list its services." };
            }

            IReadOnlyList<string> services = await enumeration.ListServicesAsync(cancellationToken);
            int items = 0;
            foreach (string service in services)
            {
                items += (await store.SearchAsync(service, [], cancellationToken)).Count;
            }

            return summary with { State = "ready", Services = services.Count, Items = items };
        }
        catch (StoreException e) when (e.Error is StoreError.Locked or StoreError.UserCancelled)
        {
            return summary with { State = "locked", Message = e.Message };
        }
        catch (Exception e) when (e is PluginException or StoreException)
        {
            return summary with { Message = e.Message };
        }
    }

    // Only what is in the destination now with the source's value: copied and verified just now, or found there.
    private static async Task DeleteCopiedAsync(
        ISecretStore source, List<StoreCopyReport> reports, AuditLog audit, StoreCopyOptions copy, CancellationToken cancellationToken)
    {
        foreach (StoreCopyReport report in reports)
        {
            string[] targets = [.. report.Copied.Concat(report.AlreadyThere).Order(StringComparer.Ordinal)];
            if (targets.Length == 0)
            {
                continue;
            }

            audit.Append(new AuditRecord
            {
                Action = AuditAction.Config,
                Result = AuditResult.Accepted,
                ProcessId = System.Environment.ProcessId,
                Service = report.Service,
                Targets = targets,
                Reason = "store_delete_source",
                Detail = $"copied to {copy.To}, deleted from {copy.From}",
            });
            await source.DeleteAsync(report.Service, targets, cancellationToken);
        }
    }

    private void Report(List<StoreCopyReport> reports, StoreCopyOptions copy)
    {
        string verb = copy.DryRun ? "would copy" : "copied and verified";
        output.WriteLine($"{verb} {reports.Sum(r => r.Copied.Count)}, there already {reports.Sum(r => r.AlreadyThere.Count)}, in conflict {reports.Sum(r => r.Conflicts.Count)}");
        foreach (StoreCopyReport report in reports)
        {
            foreach (string target in report.Conflicts)
            {
                output.WriteLine($"conflict: {report.Service}/{target} has another value or other attributes in {copy.To}, which were kept. Delete one of the two and copy again.");
            }
        }

        if (!copy.DeleteSource && !copy.DryRun)
        {
            output.WriteLine($"Nothing was deleted from {copy.From}; --delete-source does that.");
        }
    }
}
