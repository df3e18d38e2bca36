using System.CommandLine;
using KeychainAuth.Cli.Services;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>service install --system</c>.</summary>
internal sealed class ServiceInstallCommand : CliCommand
{
    private readonly Option<bool> _system = Switch("--system", "System mode. Required: a daemon of one's own needs no service.");
    private readonly Option<bool> _print = Switch("--print", "Show every file that would be written, and change nothing.");

    internal ServiceInstallCommand(CliContext context)
        : base(
            context,
            "install",
            "Install system mode: units, account, group, directories and polkit actions; start listening. May be run again.",
            "keychain-auth service install --system --print",
            "sudo keychain-auth service install --system")
    {
        Options.Add(_system);
        Options.Add(_print);
    }

    private protected override int Execute(ParseResult arguments)
    {
        ServiceScope.Require(arguments, _system);
        var installation = new SystemInstallation(Context.Out, Context.ProgramDirectory);
        if (arguments.GetValue(_print))
        {
            installation.Print();
        }
        else
        {
            installation.Install();
        }

        return ExitCode.Success;
    }
}
