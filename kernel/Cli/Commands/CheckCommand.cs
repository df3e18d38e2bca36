using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Policy;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>check</c>: what a program, as it lies there now, may do in a service. Needs no daemon.</summary>
internal sealed class CheckCommand : CliCommand
{
    private readonly Argument<string> _path = Argument("PATH", "The program. Links are followed.");
    private readonly Argument<string> _service = Argument("SERVICE", "The service.");
    private readonly Option<bool> _json = JsonSwitch();

    internal CheckCommand(CliContext context)
        : base(
            context,
            "check",
            "Tell whether a program, as it is now, may use a service. Exit code 0 when it may read or write, 4 when not.",
            "keychain-auth check /usr/local/bin/mytool aws",
            "keychain-auth check /usr/local/bin/mytool aws --json")
    {
        Arguments.Add(_path);
        Arguments.Add(_service);
        Options.Add(_json);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string service = GrantOptions.CheckService(arguments.GetRequiredValue(_service));
        BinaryIdentity identity = Identify(arguments.GetRequiredValue(_path));
        CheckReport report = Judge(Context.Broker.ReadPolicy(), identity, service);
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(report, CliJsonContext.Default.CheckReport);
        }
        else
        {
            Context.Out.WriteLine(Printable.Escape(report.Message));
        }

        return report.Reason is null ? ExitCode.Success : ExitCode.Denied;
    }

    private static BinaryIdentity Identify(string path)
    {
        if (path.Length == 0)
        {
            throw CliException.Usage("The path must not be empty.");
        }

        using OpenedFile file = OpenedFile.Open(Path.GetFullPath(path));
        return BinaryIdentity.FromDigest(ContentScan.Of(file.Handle).Digest, file.Path);
    }

    private CheckReport Judge(ConfigDocument config, BinaryIdentity identity, string service)
    {
        BinaryEntry? entry = config.RegisteredBinaries.Find(e => e.Names(identity));
        if (entry is null)
        {
            return Refuse(identity, service, Reason.Unregistered, NotRegistered(config, identity));
        }

        if (entry.ExpiresAt is { } end && end <= Context.Time.GetUtcNow())
        {
            return Refuse(identity, service, Reason.GrantExpired, $"{identity.Path} may do nothing: what it was allowed ended at {EntryText.Format(end)}.", entry);
        }

        string[] actions =
        [
            .. PolicyEvaluator.CanRead(entry, service) ? ["read"] : Array.Empty<string>(),
            .. PolicyEvaluator.CanWrite(entry, service) ? ["write"] : Array.Empty<string>(),
            .. PolicyEvaluator.CanSearch(entry, service) ? ["search"] : Array.Empty<string>(),
        ];
        if (actions.Length == 0)
        {
            return Refuse(identity, service, Reason.ServiceNotAllowed, $"{identity.Path} is registered, and may do nothing in service {service}.", entry);
        }

        List<string>? targets = entry.AllowedTargets?.GetValueOrDefault(service);
        string limit = targets is null ? "" : $", targets {(targets.Count == 0 ? "none" : string.Join(", ", targets))}";
        string until = entry.ExpiresAt is { } expiry ? $", until {EntryText.Format(expiry)}" : "";
        return new CheckReport
        {
            Path = identity.Path,
            Hash = identity.Hash,
            Service = service,
            Registered = true,
            Read = actions.Contains("read"),
            Write = actions.Contains("write"),
            Search = actions.Contains("search"),
            AllowedTargets = targets,
            ExpiresAt = entry.ExpiresAt,
            Message = $"{identity.Path} may {string.Join(", ", actions)} in service {service}{limit}{until}.",
        };
    }

    private static CheckReport Refuse(BinaryIdentity identity, string service, Reason reason, string message, BinaryEntry? entry = null) => new()
    {
        Path = identity.Path,
        Hash = identity.Hash,
        Service = service,
        Registered = entry is not null,
        Reason = reason.Name,
        ExpiresAt = entry?.ExpiresAt,
        Message = message,
    };

    private static string NotRegistered(ConfigDocument config, BinaryIdentity identity)
    {
        if (config.RegisteredBinaries.Find(e => e.Path == identity.Path) is { } changed)
        {
            return $"{identity.Path} has changed since it was registered (hash {identity.Hash}, registered {changed.Hash}): if you changed it, run 'keychain-auth upgrade {identity.Path}'.";
        }

        if (config.RegisteredBinaries.Find(e => e.Hash == identity.Hash) is { } elsewhere)
        {
            return $"{identity.Path} is not registered; the same program is, at {elsewhere.Path}.";
        }

        return DeniedList.Contains(config, identity)
            ? $"{identity.Path} was denied: register it to lift that."
            : $"{identity.Path} is not registered.";
    }
}
