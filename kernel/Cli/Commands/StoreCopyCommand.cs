using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>store copy</c>: copies secrets from one store to another, and verifies each.</summary>
internal sealed class StoreCopyCommand : CliCommand
{
    private readonly Argument<string> _from = Argument("FROM", "Id of the store to read, for example store-file.");
    private readonly Argument<string> _to = Argument("TO", "Id of the store to write; system means your store at the system daemon.");
    private readonly Option<string?> _service = new("--service") { Description = "Copy only this service.", HelpName = "SERVICE" };
    private readonly Option<bool> _dryRun = Switch("--dry-run", "Only say what would be copied.");
    private readonly Option<bool> _deleteSource = Switch("--delete-source", "Delete from FROM what is in TO with the same value afterwards.");

    internal StoreCopyCommand(CliContext context)
        : base(
            context,
            "copy",
            "Copy secrets from one store to another. Each is read back and compared; what is there already with another value is kept; nothing is deleted unless asked.",
            "keychain-auth store copy store-file store-secretservice --dry-run",
            "keychain-auth store copy store-file store-secretservice --service aws",
            "keychain-auth store copy store-file system")
    {
        Arguments.Add(_from);
        Arguments.Add(_to);
        Options.Add(_service);
        Options.Add(_dryRun);
        Options.Add(_deleteSource);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string from = arguments.GetRequiredValue(_from);
        string to = arguments.GetRequiredValue(_to);
        if (from.Length == 0 || to.Length == 0 || from == to)
        {
            throw CliException.Usage("FROM and TO are the ids of two different stores; see 'keychain-auth store list'.");
        }

        var command = new List<string> { "--copy-store", from, to };
        if (arguments.GetValue(_service) is { } service)
        {
            if (NameRules.CheckService(service) is { } fault)
            {
                throw CliException.Usage(fault);
            }

            command.AddRange(["--service", service]);
        }

        if (arguments.GetValue(_dryRun))
        {
            command.Add("--dry-run");
        }

        if (arguments.GetValue(_deleteSource))
        {
            command.Add("--delete-source");
        }

        return DaemonProgram.Become(Context, command);
    }
}
