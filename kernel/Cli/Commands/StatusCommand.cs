using System.CommandLine;
using KeychainAuth.Cli.Brokers;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>status</c>: whether a daemon runs, and which.</summary>
internal sealed class StatusCommand : CliCommand
{
    internal const string IsolationNote =
        "no (an unapproved program gets nothing by asking, nor by claiming to be another; a determined program of your own user can still get in through an approved one, or approve itself)";

    private readonly Option<string?> _socket = SocketOption();
    private readonly Option<bool> _json = JsonSwitch();

    internal StatusCommand(CliContext context)
        : base(
            context,
            "status",
            "Show whether the daemon runs. Exit code 3 when it does not.",
            "keychain-auth status",
            "keychain-auth status --json")
    {
        Options.Add(_socket);
        Options.Add(_json);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string? named = Socket(arguments, _socket);
        if (named is null ? Context.IsSystemMode : SystemMode.IsChosen(named))
        {
            return Show(SystemReport(), arguments);
        }

        string socket = Socket(arguments, _socket) ?? Context.Paths.ResolveSocket(null);
        DaemonInstance? daemon = InstanceFile.Find(Context.Paths, socket);
        return Show(Report(daemon, socket), arguments);
    }

    private int Show(StatusReport report, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(report, CliJsonContext.Default.StatusReport);
        }
        else
        {
            Write(report);
        }

        return report.DaemonRunning ? ExitCode.Success : ExitCode.NotRunning;
    }

    private StatusReport SystemReport()
    {
        AdminResponse status = new();
        try
        {
            using var daemon = new SystemBroker(Context.TargetUser);
            status = daemon.Status();
        }
        catch (AdminException e)
        {
            CommandLine.Complain(Context.Error, e.Message);
        }

        return new StatusReport
        {
            DaemonRunning = status.Daemon is not null,
            Version = status.Daemon?.Version ?? ProductInfo.Version,
            Mode = "system",
            ConfigPath = status.Daemon?.ConfigPath ?? SystemPaths.StateDirectory,
            SocketPath = SystemPaths.Socket,
            ProcessId = status.Daemon?.ProcessId,
            Transport = status.Daemon?.Transport,
            Verifier = status.Daemon?.Verifier,
            Store = status.Daemon?.Store,
            AuditPath = status.Daemon?.AuditPath ?? SystemPaths.StateDirectory,
            StartedAt = status.Daemon?.StartedAt,
            SameUserIsolation = status.Isolated == true,
            Registered = status.Registered,
            Pending = status.Waiting,
        };
    }

    private StatusReport Report(DaemonInstance? daemon, string socket)
    {
        string config = daemon?.ConfigPath ?? Context.Paths.ConfigFile;
        string pending = Path.Combine(Path.GetDirectoryName(config)!, Path.GetFileName(Context.Paths.PendingFile));
        return new StatusReport
        {
            DaemonRunning = daemon is not null,
            Version = daemon?.Version ?? ProductInfo.Version,
            Mode = daemon?.Mode ?? "user",
            ConfigPath = config,
            SocketPath = daemon?.SocketPath ?? socket,
            ProcessId = daemon?.ProcessId,
            Transport = daemon?.Transport,
            Verifier = daemon?.Verifier,
            Store = daemon?.Store,
            AuditPath = daemon?.AuditPath ?? Context.Paths.AuditFile,
            StartedAt = daemon?.StartedAt,
            Registered = Count(() => ConfigFile.At(config).Read().RegisteredBinaries.Count),
            Pending = Count(() => new PendingQueue(pending, Context.Time).Read().Count),
        };
    }

    private static string Isolation(StatusReport report) => report switch
    {
        { SameUserIsolation: true } => "yes",
        { Mode: "system" } => StatusText.SystemIsolationNote,
        _ => IsolationNote,
    };

    // A broken document does not change whether the daemon runs; the count is then unknown, and stderr says why.
    private int? Count(Func<int> count)
    {
        try
        {
            return count();
        }
        catch (DocumentException e)
        {
            CommandLine.Complain(Context.Error, e.Message);
            return null;
        }
    }

    private void Write(StatusReport report)
    {
        TextWriter output = Context.Out;
        output.WriteLine(report.DaemonRunning
            ? $"keychain-authd {report.Version} is running (pid {report.ProcessId}, since {EntryText.Format(report.StartedAt!.Value)})"
            : $"keychain-authd is not running: start it with '{(report.Mode == "system" ? "systemctl start keychain-auth.socket" : "keychain-auth start")}'");
        output.WriteLine($"  mode: {Printable.Escape(report.Mode)}");
        output.WriteLine($"  socket: {Printable.Escape(report.SocketPath)}");
        output.WriteLine($"  config: {Printable.Escape(report.ConfigPath)}");
        output.WriteLine($"  audit: {Printable.Escape(report.AuditPath)}");
        if (report.DaemonRunning)
        {
            output.WriteLine($"  plugins: {Printable.Join([report.Transport!, report.Verifier!, report.Store!])}");
        }

        output.WriteLine($"  registered: {report.Registered?.ToString() ?? "unknown"}, pending: {report.Pending?.ToString() ?? "unknown"}");
        output.WriteLine($"  same-user isolation: {Isolation(report)}");
    }
}
