using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key rotate</c>: replaces the master key.</summary>
internal sealed class KeyRotateCommand : CliCommand
{
    private readonly Option<bool> _master = Switch("--master", "The machine's master key.");
    private readonly Option<string?> _withKey = KeyCommand.WithKey();

    internal KeyRotateCommand(CliContext context)
        : base(
            context,
            "rotate",
            "Make a new master key. The one before stays as the previous key until no user's keys need it; nothing is lost wherever this is cut off.",
            "keychain-auth key rotate --master")
    {
        Options.Add(_master);
        Options.Add(_withKey);
    }

    private protected override int Execute(ParseResult arguments) => arguments.GetValue(_master)
        ? DaemonProgram.Become(Context, ["key", "rotate-master", .. KeyCommand.Pass(arguments, _withKey)])
        : throw CliException.Usage("Say which key: --master.");
}
