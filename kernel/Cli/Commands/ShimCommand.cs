using System.CommandLine;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>shim</c>: programs that go through the launcher by their usual names.</summary>
internal sealed class ShimCommand : Command
{
    internal ShimCommand(CliContext context)
        : base("shim", "System mode: make programs go through the launcher by their usual names, from a directory that stands first on PATH.")
    {
        Subcommands.Add(new ShimAddCommand(context));
        Subcommands.Add(new ShimListCommand(context));
        Subcommands.Add(new ShimRemoveCommand(context));
    }

    internal static Option<string?> DirectoryOption() => new("--directory")
    {
        Description = "Where the shims lie; default: the user's own data directory.",
        HelpName = "PATH",
    };
}
