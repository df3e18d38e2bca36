using System.CommandLine;
using KeychainAuth.Cli.Brokers;
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
        SetAction(Run);
    }

    internal IReadOnlyList<string> Examples { get; }

    private protected CliContext Context { get; }

    /// <summary>The system daemon; only in system mode.</summary>
    private protected SystemBroker SystemDaemon => (SystemBroker)Context.Broker;

    private int Run(ParseResult arguments)
    {
        if (arguments.GetValue(Context.UserOption) is { } user)
        {
            Context.TargetUser = Context.IsSystemMode
                ? TargetUserOption.Resolve(user)
                : throw CliException.Usage("--user is for system mode: in user mode every user has files of their own");
        }

        return Execute(arguments);
    }

    private protected abstract int Execute(ParseResult arguments);

    private protected static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    private protected static Argument<string?> OptionalArgument(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private protected static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private protected static Option<bool> JsonSwitch() => Switch("--json", "Print JSON.");

    private protected static Option<string?> SocketOption() => new("--socket", "-s")
    {
        Description = "The daemon's socket; default: KEYCHAIN_AUTH_SOCKET, then the system daemon's where one is installed, then the user's own.",
        HelpName = "PATH",
    };

    private protected static string? Socket(ParseResult arguments, Option<string?> option) => arguments.GetValue(option) switch
    {
        null => null,
        "" => throw CliException.Usage("--socket must not be empty."),
        { } path => UserPaths.FullAddress(path),
    };
}
