using System.CommandLine;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli.Commands;

/// <summary>One command. Failures are exceptions, which <see cref="CommandLine"/> turns into a sentence.</summary>
internal abstract class CliCommand : Command
{
    private protected CliCommand(CliContext context, string name, string description, params string[] examples)
        : base(name, description)
    {
        Context = context;
        Examples = examples;
        SetAction(Execute);
    }

    internal IReadOnlyList<string> Examples { get; }

    private protected CliContext Context { get; }

    private protected abstract int Execute(ParseResult arguments);

    private protected static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    private protected static Argument<string?> OptionalArgument(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private protected static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private protected static Option<bool> JsonSwitch() => Switch("--json", "Print JSON.");

    private protected static Option<string?> SocketOption() => new("--socket", "-s")
    {
        Description = "The daemon's socket; default: KEYCHAIN_AUTH_SOCKET, then the user's own.",
        HelpName = "PATH",
    };

    private protected static string? Socket(ParseResult arguments, Option<string?> option) => arguments.GetValue(option) switch
    {
        null => null,
        "" => throw CliException.Usage("--socket must not be empty."),
        { } path => UserPaths.FullAddress(path),
    };
}
