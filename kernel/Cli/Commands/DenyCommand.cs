using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>deny</c>: stops asking about a program.</summary>
internal sealed class DenyCommand : CliCommand
{
    private readonly Argument<string> _hash = Argument("HASH", "The program's hash, or its first 12 digits or more.");
    private readonly Argument<string?> _path = OptionalArgument("PATH", "Its path, where several programs have that hash, or none waits.");

    internal DenyCommand(CliContext context)
        : base(
            context,
            "deny",
            "Take a program off the list of those that wait, and never list it again. Approving or registering it later lifts that.",
            "keychain-auth deny 3f9a0c417b2e")
    {
        Arguments.Add(_hash);
        Arguments.Add(_path);
    }

    private protected override int Execute(ParseResult arguments)
    {
        var selector = new PendingSelector(arguments.GetRequiredValue(_hash), arguments.GetValue(_path));
        BinaryIdentity identity = selector.Find(Context.Broker.ReadPending()) is { } pending
            ? pending.Identity
            : selector.Explicit ?? throw selector.NotPending();
        bool isRegistered = false;
        IReadOnlyList<PolicyChange> changes = Context.Broker.Change(Name, config =>
        {
            isRegistered = config.RegisteredBinaries.Exists(e => e.Names(identity));
            if (DeniedList.Contains(config, identity))
            {
                return [];
            }

            DeniedList.Add(config, identity);
            return [new PolicyChange(identity, "denied: not to be asked about again")];
        });
        Context.Broker.RemovePending(identity);
        string path = Printable.Escape(identity.Path);
        Context.Out.WriteLine(changes.Count == 0 ? $"{path} was denied before." : $"Denied {path}: it will not be asked about again.");
        if (isRegistered)
        {
            Context.Out.WriteLine($"  note: it is registered, and keeps its permissions until 'keychain-auth revoke {path}'");
        }

        return ExitCode.Success;
    }
}
