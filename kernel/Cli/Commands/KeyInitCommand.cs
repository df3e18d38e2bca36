using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key init</c>: makes the machine's master key.</summary>
internal sealed class KeyInitCommand : CliCommand
{
    private readonly Option<string?> _withKey = KeyCommand.WithKey();

    internal KeyInitCommand(CliContext context)
        : base(
            context,
            "init",
            "Make the machine's master key, where there is none, as a credential that only the service gets.",
            "keychain-auth key init",
            "keychain-auth key init --with-key tpm2") => Options.Add(_withKey);

    private protected override int Execute(ParseResult arguments) =>
        DaemonProgram.Become(Context, ["key", "init", .. KeyCommand.Pass(arguments, _withKey)]);
}
