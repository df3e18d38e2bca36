using System.CommandLine;
using KeychainAuth.Cli.Services;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>service uninstall --system</c>.</summary>
internal sealed class ServiceUninstallCommand : CliCommand
{
    private readonly Option<bool> _system = Switch("--system", "System mode. Required.");
    private readonly Option<bool> _purge = Switch("--purge", "Also delete every user's secrets and policy, the logs, the configuration and the accounts.");

    internal ServiceUninstallCommand(CliContext context)
        : base(
            context,
            "uninstall",
            "Take system mode off this machine. Secrets, policy and accounts stay unless --purge is given. May be run again.",
            "sudo keychain-auth service uninstall --system")
    {
        Options.Add(_system);
        Options.Add(_purge);
    }

    private protected override int Execute(ParseResult arguments)
    {
        ServiceScope.Require(arguments, _system);
        new SystemInstallation(Context.Out, Context.ProgramDirectory).Uninstall(arguments.GetValue(_purge));
        return ExitCode.Success;
    }
}
