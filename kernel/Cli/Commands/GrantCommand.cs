using System.CommandLine;
using KeychainAuth.Cli.Policy;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary>What <c>allow</c> and <c>disallow</c> share: they change the permissions of one registered program.</summary>
internal abstract class GrantCommand : CliCommand
{
    private readonly Argument<string> _program = Argument("PATH|HASH", "The program's path, or its hash (12 digits at least).");
    private readonly GrantOptions _grants = new();

    private protected GrantCommand(CliContext context, string name, string description, params string[] examples)
        : base(context, name, description, examples)
    {
        Arguments.Add(_program);
        _grants.AddTo(this);
    }

    private protected abstract List<string> Change(BinaryEntry entry, Grants grants);

    private protected override int Execute(ParseResult arguments)
    {
        Grants grants = _grants.Parse(arguments, Context.Time.GetUtcNow());
        if (grants.IsEmpty)
        {
            throw CliException.Usage($"Say what to {Name}: --read, --write, --search, --target or --until.");
        }

        var selector = new ProgramSelector(arguments.GetRequiredValue(_program));
        BinaryEntry? entry = null;
        IReadOnlyList<PolicyChange> changes = Context.Broker.Change(Name, config =>
        {
            entry = selector.FindOne(config);
            List<string> details = Change(entry, grants);
            return details.Count == 0 ? [] : [new PolicyChange(entry.Identity, string.Join("; ", details))];
        });
        if (changes.Count == 0)
        {
            Context.Out.WriteLine($"Nothing to change for {Printable.Escape(entry!.Path)}.");
        }
        else
        {
            Context.Out.WriteLine($"{Printable.Escape(entry!.Path)}: {Printable.Escape(changes[0].Detail)}.");
        }

        return ExitCode.Success;
    }
}
