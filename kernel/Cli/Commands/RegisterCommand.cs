using System.CommandLine;
using KeychainAuth.Cli.Policy;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>register</c>: makes a program known, with permissions if wanted.</summary>
internal sealed class RegisterCommand : CliCommand
{
    private readonly Argument<string> _path = Argument("PATH", "The program. Links are followed.");
    private readonly GrantOptions _grants = new();
    private readonly Option<bool> _jit = Switch("--jit", "It makes executable memory of its own (node, .NET and other just-in-time compilers).");
    private readonly Option<bool> _allowInterpreter = Switch(InterpreterAdvice.Option, "Register an interpreter: whatever it runs has the same permissions.");
    private readonly Option<bool> _sameSigner = Switch(SignerOffer.Option, SignerOffer.Description);
    private readonly Option<int?> _protocol = new("--protocol")
    {
        Description = "2: refuse version 1 of the protocol in its name; 1: allow it again.",
        HelpName = "1|2",
    };

    private readonly Option<string?> _launch = new("--launch")
    {
        Description = "System mode. required (default): it is served only when it was started by 'exec' or a shim; optional: always, though your other programs can then reach into it.",
        HelpName = "required|optional",
    };

    internal RegisterCommand(CliContext context)
        : base(
            context,
            "register",
            "Register a program by its hash and path. Registering it again adds permissions.",
            "keychain-auth register /usr/local/bin/mytool",
            "keychain-auth register /usr/local/bin/mytool --read aws --write aws --until 7d",
            "keychain-auth register /usr/bin/python3 --allow-interpreter --read demo")
    {
        Arguments.Add(_path);
        _grants.AddTo(this);
        Options.Add(_protocol);
        Options.Add(_jit);
        Options.Add(_allowInterpreter);
        Options.Add(_launch);
        Options.Add(_sameSigner);
    }

    private protected override int Execute(ParseResult arguments)
    {
        int? protocol = arguments.GetValue(_protocol);
        if (protocol is not (null or 1 or 2))
        {
            throw CliException.Usage("--protocol is 1 or 2.");
        }

        return new Registration(Context, Name).Run(new RegistrationRequest
        {
            Path = arguments.GetRequiredValue(_path),
            Grants = _grants.Parse(arguments, Context.Time.GetUtcNow()),
            AllowInterpreter = arguments.GetValue(_allowInterpreter),
            Jit = arguments.GetValue(_jit),
            Protocol = protocol,
            MustBeLaunched = arguments.GetValue(_launch) switch
            {
                null => null,
                "required" => true,
                "optional" => false,
                _ => throw CliException.Usage("--launch is required or optional."),
            },
            SameSigner = arguments.GetValue(_sameSigner),
        });
    }
}
