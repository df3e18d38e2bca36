using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Admin;

/// <summary>
/// What the command line can ask. Users see what is theirs without further ado, as in user mode; to change it a person
/// has to stand behind the request, and for what is another's an administrator. Values can be put in, never got out.
/// </summary>
internal sealed class AdminActions(
    DaemonInstance instance,
    PluginSelection plugins,
    IEnumerable<string> markers,
    IAuthority authority,
    TimeProvider time)
{
    private readonly PolicyUpdate _update = new(authority);

    /// <summary>Does it. An import is only permitted here; its lines follow.</summary>
    internal async Task<AdminResponse> HandleAsync(AdminCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (call.IsAboutAnother && call.Request.Action != AdminAction.Update && await FindRefusalAsync(call, AuthorityAction.ManageOthers, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            return call.Request.Action switch
            {
                AdminAction.Status => Status(call.Scope),
                AdminAction.Policy => Policy(call.Scope.Paths),
                AdminAction.Pending => new AdminResponse { Pending = new PendingQueue(call.Scope.Paths.PendingFile, time).Read() },
                AdminAction.Update => await _update.ApplyAsync(call, cancellationToken),
                AdminAction.AuditFiles => new AdminResponse { Files = AuditFiles.List(call.Scope.Paths.AuditFile) },
                AdminAction.AuditRead => AuditFiles.Read(call.Scope.Paths.AuditFile, call.Request.File ?? 0, call.Request.Offset ?? 0),
                AdminAction.Plugins => Explain(call.Request.Json == true),
                AdminAction.Stores => await StoresAsync(call, cancellationToken),
                AdminAction.Import => await PermitImportAsync(call, cancellationToken),
                AdminAction.RotateKey => await RotateKeyAsync(call, cancellationToken),
                _ => AdminResponse.Failed("This daemon knows no such request: its version and the command line's differ."),
            };
        }
        catch (Exception e) when (e is DocumentException or AuditException or IOException or UnauthorizedAccessException or Refusal or StoreException)
        {
            return AdminResponse.Failed(e.Message);
        }
    }

    private AdminResponse Status(UserScope scope)
    {
        UserPaths paths = scope.Paths;
        List<BinaryEntry> registered = ConfigFile.At(paths.ConfigFile).Read().RegisteredBinaries;
        return new AdminResponse
        {
            Daemon = instance with { ConfigPath = paths.ConfigFile, AuditPath = paths.AuditFile },
            Registered = registered.Count,
            Waiting = new PendingQueue(paths.PendingFile, time).Read().Count,
            Isolated = scope.DemandsLaunch && !scope.Policies.Current().IsOpenToOthers,
        };
    }

    private static AdminResponse Policy(UserPaths paths)
    {
        ConfigDocument config = ConfigFile.At(paths.ConfigFile).Read();
        return new AdminResponse { Config = config, Revision = PolicyRevision.Of(config) };
    }

    private AdminResponse Explain(bool json)
    {
        if (json)
        {
            using var stream = new MemoryStream();
            PluginExplanation.WriteJson(stream, plugins, markers);
            return new AdminResponse { Text = System.Text.Encoding.UTF8.GetString(stream.ToArray()) };
        }

        using var text = new StringWriter();
        PluginExplanation.WriteText(text, plugins, markers);
        return new AdminResponse { Text = text.ToString() };
    }

    private static async Task<AdminResponse> StoresAsync(AdminCall call, CancellationToken cancellationToken)
    {
        (int Services, int Items)? holds = await call.Scope.Store.CountAsync(cancellationToken);
        return new AdminResponse
        {
            Text = holds is { } counts
                ? $"{call.Scope.Store.Id,-20}  in use    ready; {counts.Services} services, {counts.Items} items"
                : $"{call.Scope.Store.Id,-20}  in use    ready  It cannot list its services.",
        };
    }

    private async Task<AdminResponse> PermitImportAsync(AdminCall call, CancellationToken cancellationToken)
    {
        if (!call.IsAboutAnother && await FindRefusalAsync(call, AuthorityAction.ImportSecrets, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        call.Scope.Audit.Append(call.Record(AuditResult.Accepted, "store_import", "Secrets are going to be imported from a store of user mode."));
        return new AdminResponse { Daemon = instance };
    }

    // A program that could do this unasked would keep disk and processor busy for as long as it likes.
    private async Task<AdminResponse> RotateKeyAsync(AdminCall call, CancellationToken cancellationToken)
    {
        if (!call.IsAboutAnother && await FindRefusalAsync(call, AuthorityAction.RotateOwnKey, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (call.Scope.KeyRotation is not { } rotation)
        {
            return AdminResponse.Failed("This user's values are not sealed.");
        }

        call.Scope.Audit.Append(call.Record(AuditResult.Accepted, "rotate_key", "The key that this user's values are sealed with is replaced."));
        bool isNew = await rotation.BeginAsync(cancellationToken);
        KeyRotationReport report = await rotation.FinishAsync(_ => { }, cancellationToken);
        return new AdminResponse
        {
            Text = report switch
            {
                { Left.Count: > 0 } => $"{report.Resealed} values are sealed anew. These do not open, so the key they were sealed with stays: {string.Join(", ", report.Left)}",
                _ when isNew => $"A new key is in use; {report.Resealed} values are sealed anew, and the old key is gone.",
                _ => report.Resealed == 0 ? "Nothing is stored, so there is no key yet." : $"A rotation that was cut off is finished; {report.Resealed} values are sealed anew.",
            },
        };
    }

    private async Task<AdminResponse?> FindRefusalAsync(AdminCall call, AuthorityAction action, CancellationToken cancellationToken)
    {
        string wanted = call.Request.Action switch
        {
            AdminAction.Import => "import secrets",
            AdminAction.RotateKey => $"replace the key that values of user {call.Scope.UserId} are sealed with",
            _ => $"look at '{call.Request.Action}' of user {call.Scope.UserId}",
        };
        if (await authority.FindRefusalAsync(call.Peer, action, wanted, cancellationToken) is not { } why)
        {
            return null;
        }

        call.Own.Audit.AppendRefusal(call.Record(AuditResult.Denied, "not_authorized", $"{wanted}: {why}"));
        return AdminResponse.Denied(why);
    }
}
