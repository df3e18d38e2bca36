using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>upgrade</c>: gives the permissions of a program's old version to its new one.</summary>
internal sealed class UpgradeCommand : CliCommand
{
    private readonly Argument<string> _path = Argument("PATH", "The program. Links are followed.");
    private readonly Option<bool> _allowInterpreter = Switch(InterpreterAdvice.Option, "Accept an interpreter: whatever it runs has the same permissions.");

    internal UpgradeCommand(CliContext context)
        : base(
            context,
            "upgrade",
            "Record the new hash of a registered program that was changed, and of its listed code; its permissions stay.",
            "keychain-auth upgrade /usr/local/bin/mytool")
    {
        Arguments.Add(_path);
        Options.Add(_allowInterpreter);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string path = arguments.GetRequiredValue(_path);
        bool wasInterpreter = IsAcceptedInterpreter(path);
        ExecutableReport report = ProgramCheck.Inspect(Context, path, wasInterpreter || arguments.GetValue(_allowInterpreter));
        string oldHash = "";
        IReadOnlyList<PolicyChange> changes = Context.Broker.Change(Name, config =>
        {
            BinaryEntry entry = Find(config, report.Identity);
            oldHash = entry.Hash;
            List<string> details = Change(config, entry, report);
            return details.Count == 0 ? [] : [new PolicyChange(report.Identity, string.Join("; ", details))];
        });
        Write(report, path, oldHash, changes);
        PendingCleanup.Forget(Context, report.Identity);
        return ExitCode.Success;
    }

    private bool IsAcceptedInterpreter(string path)
    {
        var selector = new PathSelector(path);
        return Context.Broker.ReadPolicy().RegisteredBinaries.Exists(e => selector.Matches(e.Path) && e.Interpreter == true);
    }

    private static BinaryEntry Find(ConfigDocument config, BinaryIdentity identity)
    {
        List<BinaryEntry> entries = config.RegisteredBinaries.FindAll(e => e.Path == identity.Path);
        if (entries.Find(e => e.Hash == identity.Hash) is { } current)
        {
            return current;
        }

        return entries.Count switch
        {
            1 => entries[0],
            0 => throw new CliException($"{identity.Path} is not registered: use 'keychain-auth register'."),
            _ => throw new CliException(
                $"{identity.Path} is registered with several hashes ({string.Join(", ", entries.Select(e => e.Hash))}): revoke by hash those that are not to be kept."),
        };
    }

    private List<string> Change(ConfigDocument config, BinaryEntry entry, ExecutableReport report)
    {
        var details = new List<string>();
        if (entry.Hash != report.Identity.Hash)
        {
            details.Add($"hash was {entry.Hash}, is {report.Identity.Hash}");
            entry.Hash = report.Identity.Hash;
            entry.RegisteredAt = EntryText.Format(Context.Time.GetUtcNow());
        }

        if (report.Interpreter is not null && entry.Interpreter != true)
        {
            entry.Interpreter = true;
            details.Add($"accepted as an interpreter ({report.Interpreter.Family})");
        }

        details.AddRange(CodeRecord.Refresh(entry));
        details.AddRange(CodeRecord.Add(entry, report, jit: false));
        if (DeniedList.Lift(config, report.Identity))
        {
            details.Add("no longer denied");
        }

        return details;
    }

    private void Write(ExecutableReport report, string path, string oldHash, IReadOnlyList<PolicyChange> changes)
    {
        string file = Printable.Escape(report.Identity.Path);
        if (changes.Count == 0)
        {
            Context.Out.WriteLine($"{file} is what is registered; nothing to change.");
            return;
        }

        Context.Out.WriteLine($"Upgraded {file}");
        Context.Out.WriteLine($"  old: {oldHash}");
        Context.Out.WriteLine($"  new: {report.Identity.Hash}");
        Context.Out.WriteLine($"  {Printable.Escape(changes[0].Detail)}");
        foreach (string note in ProgramCheck.Notes(report, path))
        {
            Context.Out.WriteLine($"  note: {Printable.Escape(note)}");
        }
    }
}
