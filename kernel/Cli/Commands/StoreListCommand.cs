using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Admin;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>store list</c>: which stores there are, and whether they work now.</summary>
internal sealed class StoreListCommand : CliCommand
{
    private readonly Option<bool> _json = JsonSwitch();

    internal StoreListCommand(CliContext context)
        : base(
            context,
            "list",
            "Show each store that is installed, whether it works now, and how much it holds.",
            "keychain-auth store list",
            "keychain-auth store list --json") => Options.Add(_json);

    private protected override int Execute(ParseResult arguments)
    {
        bool json = arguments.GetValue(_json);
        if (Context.IsSystemMode)
        {
            Context.Out.WriteLine(SystemDaemon.Ask(new AdminRequest { Action = AdminAction.Stores, Json = json }).Text);
            return ExitCode.Success;
        }

        return DaemonProgram.Become(Context, json ? ["--list-stores", "--json"] : ["--list-stores"]);
    }
}
