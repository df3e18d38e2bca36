using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key status</c>: which keys there are, and who needs them.</summary>
internal sealed class KeyStatusCommand : CliCommand
{
    private readonly Option<bool> _json = JsonSwitch();

    internal KeyStatusCommand(CliContext context)
        : base(
            context,
            "status",
            "Show which master keys there are, by their ids, and which of them each user's keys are wrapped by. Shows no key.",
            "keychain-auth key status",
            "keychain-auth key status --json") => Options.Add(_json);

    private protected override int Execute(ParseResult arguments) =>
        DaemonProgram.Become(Context, arguments.GetValue(_json) ? ["key", "status", "--json"] : ["key", "status"]);
}
