using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key forget-previous</c>: removes the previous master key once nobody needs it.</summary>
internal sealed class KeyForgetPreviousCommand(CliContext context) : CliCommand(
    context,
    "forget-previous",
    "Remove the previous master key from this machine. Refused while some user's keys are still wrapped by it.",
    "keychain-auth key forget-previous")
{
    private protected override int Execute(ParseResult arguments) => DaemonProgram.Become(Context, ["key", "forget-previous"]);
}
