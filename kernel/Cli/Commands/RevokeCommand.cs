using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>revoke</c>: forgets a program and all it was allowed.</summary>
internal sealed class RevokeCommand : CliCommand
{
    private readonly Argument<string> _program = Argument("PATH|HASH", "The program's path, or its hash (12 digits at least).");

    internal RevokeCommand(CliContext context)
        : base(
            context,
            "revoke",
            "Remove a program and its permissions: every entry that fits. In force when the command returns, also on connections that are open.",
            "keychain-auth revoke /usr/local/bin/mytool",
            "keychain-auth revoke 3f9a0c417b2e") => Arguments.Add(_program);

    private protected override int Execute(ParseResult arguments)
    {
        var selector = new ProgramSelector(arguments.GetRequiredValue(_program));
        IReadOnlyList<PolicyChange> changes = Context.Broker.Change(Name, config =>
        {
            List<BinaryEntry> entries = selector.FindAll(config);
            if (entries.Count == 0)
            {
                throw selector.NotRegistered();
            }

            config.RegisteredBinaries.RemoveAll(entries.Contains);
            return [.. entries.Select(e => new PolicyChange(e.Identity, "revoked, with all permissions"))];
        });
        Context.Out.WriteLine($"Revoked {changes.Count} {(changes.Count == 1 ? "entry" : "entries")}:");
        foreach (PolicyChange change in changes)
        {
            Context.Out.WriteLine($"  {Printable.Escape(change.Program.Path)} {change.Program.Hash}");
        }

        return ExitCode.Success;
    }
}
