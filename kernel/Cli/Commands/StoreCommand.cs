namespace KeychainAuth.Cli.Commands;

/// <summary><c>store</c>: looks at stores, and moves secrets between them.</summary>
internal sealed class StoreCommand : System.CommandLine.Command
{
    internal StoreCommand(CliContext context)
        : base("store", "Look at the stores that are installed, and move secrets between them.")
    {
        Subcommands.Add(new StoreListCommand(context));
        Subcommands.Add(new StoreCopyCommand(context));
    }
}
