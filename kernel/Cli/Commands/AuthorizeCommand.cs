using System.CommandLine;
using KeychainAuth.Cli.Policy;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>authorize</c>: registers where needed, and permits everything in one service.</summary>
internal sealed class AuthorizeCommand : CliCommand
{
    private readonly Argument<string> _path = Argument("PATH", "The program. Links are followed.");
    private readonly Argument<string> _service = Argument("SERVICE", "The service.");
    private readonly Option<bool> _allowInterpreter = Switch(InterpreterAdvice.Option, "Accept an interpreter: whatever it runs has the same permissions.");

    internal AuthorizeCommand(CliContext context)
        : base(
            context,
            "authorize",
            "Register a program where needed, and let it read, write and search in a service.",
            "keychain-auth authorize /usr/local/bin/mytool aws")
    {
        Arguments.Add(_path);
        Arguments.Add(_service);
        Options.Add(_allowInterpreter);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string service = GrantOptions.CheckService(arguments.GetRequiredValue(_service));
        return new Registration(Context, Name).Run(new RegistrationRequest
        {
            Path = arguments.GetRequiredValue(_path),
            Grants = new Grants { Read = [service], Write = [service], Search = true },
            AllowInterpreter = arguments.GetValue(_allowInterpreter),
        });
    }
}
