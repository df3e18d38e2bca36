using System.CommandLine;
using KeychainAuth.Cli.Launching;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>shim remove</c>: removes one.</summary>
internal sealed class ShimRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = Argument("NAME", "The shim's name, as 'shim list' shows it.");
    private readonly Option<string?> _directory = ShimCommand.DirectoryOption();

    internal ShimRemoveCommand(CliContext context)
        : base(context, "remove", "Remove a shim. The program itself, and what it may do, stay as they are.", "keychain-auth shim remove aws")
    {
        Arguments.Add(_name);
        Options.Add(_directory);
    }

    private protected override int Execute(ParseResult arguments)
    {
        Shim shim = new ShimDirectory(Context, arguments.GetValue(_directory)).Remove(arguments.GetRequiredValue(_name));
        Context.Out.WriteLine($"Removed {Printable.Escape(shim.Name)}; {Printable.Escape(shim.Program.Path)} no longer goes through the launcher by that name.");
        return ExitCode.Success;
    }
}
