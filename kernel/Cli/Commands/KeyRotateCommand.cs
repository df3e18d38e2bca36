using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Admin;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key rotate</c>: replaces a user's data key, or the master key.</summary>
internal sealed class KeyRotateCommand : CliCommand
{
    private readonly Option<bool> _master = Switch("--master", "The machine's master key instead of a user's own key. For root.");
    private readonly Option<string?> _withKey = KeyCommand.WithKey();

    internal KeyRotateCommand(CliContext context)
        : base(
            context,
            "rotate",
            "Make a new key for a user's values and seal them anew, or with --master a new master key, beside which the one before stays until nobody needs it. Nothing is lost wherever this is cut off.",
            "keychain-auth key rotate",
            "sudo keychain-auth key rotate --user zoe",
            "sudo keychain-auth key rotate --master")
    {
        Options.Add(_master);
        Options.Add(_withKey);
    }

    private protected override int Execute(ParseResult arguments)
    {
        if (arguments.GetValue(_master))
        {
            return DaemonProgram.Become(Context, ["key", "rotate-master", .. KeyCommand.Pass(arguments, _withKey)]);
        }

        if (arguments.GetValue(_withKey) is not null)
        {
            throw CliException.Usage("--with-key belongs to --master");
        }

        if (!Context.IsSystemMode)
        {
            throw new CliException("In user mode values are not sealed, so there is no key to replace.");
        }

        using TerminalAgent agent = TerminalAgent.StartIfUseful();
        Context.Out.WriteLine(SystemDaemon.Ask(new AdminRequest { Action = AdminAction.RotateKey, Command = "key rotate" }).Text);
        return ExitCode.Success;
    }
}
