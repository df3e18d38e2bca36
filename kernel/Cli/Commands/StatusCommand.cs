using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;
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
        string socket = Socket(arguments, _socket) ?? Context.Paths.ResolveSocket(null);
        DaemonInstance? daemon = InstanceFile.Find(Context.Paths, socket);
        StatusReport report = Report(daemon, socket);
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(report, CliJsonContext.Default.StatusReport);
        }
        else
        {
            Write(report);
        }

        return daemon is null ? ExitCode.NotRunning : ExitCode.Success;
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
            : "keychain-authd is not running: start it with 'keychain-auth start'");
        output.WriteLine($"  mode: {Printable.Escape(report.Mode)}");
        output.WriteLine($"  socket: {Printable.Escape(report.SocketPath)}");
        output.WriteLine($"  config: {Printable.Escape(report.ConfigPath)}");
        output.WriteLine($"  audit: {Printable.Escape(report.AuditPath)}");
        if (report.DaemonRunning)
        {
            output.WriteLine($"  plugins: {Printable.Join([report.Transport!, report.Verifier!, report.Store!])}");
        }

        output.WriteLine($"  registered: {report.Registered?.ToString() ?? "unknown"}, pending: {report.Pending?.ToString() ?? "unknown"}");
        output.WriteLine($"  same-user isolation: {IsolationNote}");
    }
}
