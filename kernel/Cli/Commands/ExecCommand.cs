using System.CommandLine;
using KeychainAuth.Cli.Launching;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>exec</c>: becomes a program, through the launcher.</summary>
internal sealed class ExecCommand : CliCommand
{
    private readonly Argument<string[]> _command = new("PROGRAM")
    {
        Description = "The program, or an executable script, and its arguments.",
        Arity = ArgumentArity.OneOrMore,
    };

    internal ExecCommand(CliContext context)
        : base(
            context,
            "exec",
            "System mode: start an approved program in a way that keeps your other programs out of it. It gets a short list of environment variables, and no descriptors beyond input, output and errors.",
            "keychain-auth exec -- mytool --flag value",
            "keychain-auth exec -- ./deploy.py staging") => Arguments.Add(_command);

    private protected override int Execute(ParseResult arguments)
    {
        string[] command = arguments.GetRequiredValue(_command);
        if (command[0].StartsWith('-'))
        {
            throw CliException.Usage($"'{command[0]}' is no option that is known here; the program follows '--'.");
        }

        Launcher.RequireInstalled(Context);
        return Launcher.Become(Context, LaunchableProgram.Find(command[0], Context.Environment["PATH"] as string), command[1..]);
    }
}
