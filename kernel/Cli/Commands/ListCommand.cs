using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>list</c>: the registered programs.</summary>
internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = JsonSwitch();

    internal ListCommand(CliContext context)
        : base(context, "list", "Show the registered programs and what they may do.", "keychain-auth list", "keychain-auth list --json") =>
        Options.Add(_json);

    private protected override int Execute(ParseResult arguments)
    {
        List<BinaryEntry> entries = Context.Broker.ReadPolicy().RegisteredBinaries;
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(entries, CliJsonContext.Default.ListBinaryEntry);
            return ExitCode.Success;
        }

        if (entries.Count == 0)
        {
            Context.Out.WriteLine("No program is registered.");
        }

        foreach (BinaryEntry entry in entries)
        {
            EntryText.Write(Context.Out, entry, Context.Time.GetUtcNow());
        }

        return ExitCode.Success;
    }
}
