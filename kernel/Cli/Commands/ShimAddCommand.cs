using System.CommandLine;
using KeychainAuth.Cli.Launching;
using KeychainAuth.Core;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>shim add</c>: makes one.</summary>
internal sealed class ShimAddCommand : CliCommand
{
    private readonly Argument<string> _program = Argument("PROGRAM", "A program or a script: a path, or a name that is on PATH.");
    private readonly Option<string?> _name = new("--name") { Description = "What to call it; default: the program's own name.", HelpName = "NAME" };
    private readonly Option<string?> _directory = ShimCommand.DirectoryOption();

    internal ShimAddCommand(CliContext context)
        : base(
            context,
            "add",
            "Make a program go through the launcher when it is started by its name. A script is launched with the interpreter of its first line, and is approved together with it.",
            "keychain-auth shim add aws",
            "keychain-auth shim add ~/bin/deploy.py --name deploy")
    {
        Arguments.Add(_program);
        Options.Add(_name);
        Options.Add(_directory);
    }

    private protected override int Execute(ParseResult arguments)
    {
        Launcher.RequireInstalled(Context);
        LaunchableProgram program = LaunchableProgram.Find(arguments.GetRequiredValue(_program), Context.Environment["PATH"] as string);
        if (program.Path.Contains('\n', StringComparison.Ordinal))
        {
            throw new CliException("A program whose path contains a line feed gets no shim.");
        }

        var directory = new ShimDirectory(Context, arguments.GetValue(_directory));
        var shim = new Shim(arguments.GetValue(_name) ?? Path.GetFileName(program.Path), program);
        directory.Add(shim);
        Context.Out.WriteLine($"{Printable.Escape(shim.Name)} now starts {Printable.Escape(program.Path)} through the launcher{(program.IsScript ? ", as a script with its interpreter" : "")}.");
        if (!directory.IsFirstOnPath)
        {
            Context.Out.WriteLine($"  note: {Printable.Escape(directory.Path)} is not first on PATH; put this into your shell's start file: export PATH='{Printable.Escape(directory.Path)}':\"$PATH\"");
        }

        Context.Out.WriteLine($"  note: it is served once it is approved: start it, then see '{ProductInfo.CommandName} list-pending'");
        return ExitCode.Success;
    }
}
