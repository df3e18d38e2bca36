namespace KeychainAuth.Cli.Commands;

/// <summary><c>service</c>: system mode on this machine.</summary>
internal sealed class ServiceCommand : System.CommandLine.Command
{
    internal ServiceCommand(CliContext context)
        : base("service", "Install system mode, one daemon under an account of its own for all users, or take it off.")
    {
        Subcommands.Add(new ServiceInstallCommand(context));
        Subcommands.Add(new ServiceUninstallCommand(context));
    }
}
