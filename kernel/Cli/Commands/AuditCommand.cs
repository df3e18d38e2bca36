using System.CommandLine;
using System.Globalization;
using KeychainAuth.Cli.Brokers;
using KeychainAuth.Cli.Diagnosis;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>audit</c>: shows the log.</summary>
internal sealed class AuditCommand : CliCommand
{
    private const int DefaultLines = 20;

    private readonly Option<int?> _lines = new("-n", "--lines")
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"How many of the last records to show; default {DefaultLines}."),
        HelpName = "N",
    };

    private readonly Option<bool> _follow = Switch("--follow", "Go on showing records as they are written.");
    private readonly Option<bool> _json = Switch("--json", "Print the records as they stand in the log, one JSON object a line.");

    internal AuditCommand(CliContext context)
        : base(
            context,
            "audit",
            "Show who asked for what, and what became of it. Never shows a value, because none is recorded.",
            "keychain-auth audit -n 100",
            "keychain-auth audit --follow",
            "keychain-auth audit --json -n 1000",
            "keychain-auth audit verify")
    {
        Options.Add(_lines);
        Options.Add(_follow);
        Options.Add(_json);
        Subcommands.Add(new AuditVerifyCommand(context));
    }

    private protected override int Execute(ParseResult arguments)
    {
        int lines = arguments.GetValue(_lines) ?? DefaultLines;
        if (lines < 0)
        {
            throw CliException.Usage("-n must not be negative.");
        }

        var printer = new AuditPrinter(Context.Out, arguments.GetValue(_json));
        using IAuditSource audit = Context.Broker.OpenAudit();
        audit.Refresh(lines);
        using var tail = new AuditTailReader(audit.Path);
        foreach (byte[] line in tail.Last(lines))
        {
            printer.Print(line);
        }

        if (arguments.GetValue(_follow))
        {
            tail.Follow(() => audit.Refresh(1), printer.Print, Context.Out.Flush, Context.Stop);
        }

        return ExitCode.Success;
    }
}
