using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Interpreters;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>approve</c>: registers a program that asked, and the code that was seen in it.</summary>
internal sealed class ApproveCommand : CliCommand
{
    private readonly Argument<string> _hash = Argument("HASH", "The program's hash, or its first 12 digits or more.");
    private readonly Argument<string?> _path = OptionalArgument("PATH", "Its path, where several programs have that hash.");
    private readonly Option<bool> _allowInterpreter = Switch(InterpreterAdvice.Option, "Approve an interpreter: whatever it runs has the same permissions.");

    private readonly Option<bool> _sameSigner = Switch(SignerOffer.Option, SignerOffer.Description);

    internal ApproveCommand(CliContext context)
        : base(
            context,
            "approve",
            "Register a program that waits, without permissions yet. Code that was seen in it is recorded with it.",
            "keychain-auth list-pending",
            "keychain-auth approve 3f9a0c417b2e",
            "keychain-auth approve 3f9a0c417b2e /usr/local/bin/mytool")
    {
        Arguments.Add(_hash);
        Arguments.Add(_path);
        Options.Add(_allowInterpreter);
        Options.Add(_sameSigner);
    }

    private protected override int Execute(ParseResult arguments)
    {
        var selector = new PendingSelector(arguments.GetRequiredValue(_hash), arguments.GetValue(_path));
        PendingEntry pending = selector.Find(Context.Broker.ReadPending()) ?? throw selector.NotPending();
        BinaryIdentity identity = pending.Identity;

        // A script is approved together with its interpreter, which then runs nothing else in its name.
        InterpreterFinding? interpreter = identity.Script is not null ? null : FindInterpreter(pending);
        if (interpreter is not null && !arguments.GetValue(_allowInterpreter) && !IsAcceptedInterpreter(identity))
        {
            throw InterpreterAdvice.Refuse(pending.Path, interpreter);
        }

        bool sameSigner = arguments.GetValue(_sameSigner);
        IReadOnlyList<PolicyChange> changes = Context.Broker.Change(Name, config => Change(config, identity, pending, interpreter, sameSigner));
        Context.Broker.RemovePending(identity);
        Write(identity, changes);
        SignerOffer.Write(Context.Out, pending.Signer, sameSigner, $"keychain-auth register {Printable.Escape(pending.Path)}");
        return ExitCode.Success;
    }

    /// <summary>By all that gives one away, as <c>register</c> does, where the file that asked is still there.</summary>
    private static InterpreterFinding? FindInterpreter(PendingEntry pending)
    {
        try
        {
            ExecutableReport report = new ExecutableInspector().Inspect(pending.Path);
            if (report.Identity.Hash == pending.Hash)
            {
                return report.Interpreter;
            }
        }
        catch (ExecutableException)
        {
            // It is gone or cannot be read: then its name is all there is.
        }

        return InterpreterDetector.DetectByName([Path.GetFileName(pending.Path)]);
    }

    private bool IsAcceptedInterpreter(BinaryIdentity identity) =>
        Context.Broker.ReadPolicy().RegisteredBinaries.Exists(e => e.Names(identity) && e.Interpreter == true);

    private IReadOnlyList<PolicyChange> Change(ConfigDocument config, BinaryIdentity identity, PendingEntry pending, InterpreterFinding? interpreter, bool sameSigner)
    {
        var details = new List<string>();
        BinaryEntry? entry = config.RegisteredBinaries.Find(e => e.Names(identity));
        if (entry is null)
        {
            RefuseOtherHash(config, identity);
            entry = new BinaryEntry { Path = identity.Path, Hash = identity.Hash, Script = identity.Script?.ToEntry(), RegisteredAt = EntryText.Format(Context.Time.GetUtcNow()) };
            config.RegisteredBinaries.Add(entry);
            details.Add("registered");
        }

        if (interpreter is not null && entry.Interpreter != true)
        {
            entry.Interpreter = true;
            details.Add($"accepted as an interpreter ({interpreter.Family})");
        }

        details.AddRange(CodeRecord.Add(entry, pending));
        details.AddRange(SignerOffer.Accept(entry, pending.Signer, sameSigner));
        if (DeniedList.Lift(config, identity))
        {
            details.Add("no longer denied");
        }

        return details.Count == 0 ? [] : [new PolicyChange(identity, string.Join("; ", details))];
    }

    private static void RefuseOtherHash(ConfigDocument config, BinaryIdentity identity)
    {
        if (identity.Script is { } script)
        {
            if (config.RegisteredBinaries.Find(e => e.Script?.Path == script.Path) is { } otherPair)
            {
                throw new CliException(
                    $"{script.Path} is registered with another hash ({otherPair.Script!.Hash}), or its interpreter with another ({otherPair.Hash}): "
                    + $"if you changed it yourself, revoke the old one first ('keychain-auth revoke {script.Path}'); otherwise find out who did.");
            }
        }
        else if (config.RegisteredBinaries.Find(e => e.Path == identity.Path && e.Script is null) is { } other)
        {
            throw new CliException(
                $"{identity.Path} is registered with another hash ({other.Hash}): if you changed it yourself, run "
                + $"'keychain-auth upgrade {identity.Path}', which keeps its permissions; otherwise find out who did.");
        }
    }

    private void Write(BinaryIdentity identity, IReadOnlyList<PolicyChange> changes)
    {
        string path = Printable.Escape(identity.DisplayPath);
        Context.Out.WriteLine($"Approved {path}");
        Context.Out.WriteLine($"  {identity.Script?.Hash ?? identity.Hash}");
        if (identity.Script is not null)
        {
            Context.Out.WriteLine($"  with {Printable.Escape(identity.Path)} ({identity.Hash}), when launched");
        }

        foreach (PolicyChange change in changes)
        {
            Context.Out.WriteLine($"  {Printable.Escape(change.Detail)}");
        }

        Context.Out.WriteLine($"It may do nothing yet unless it could before: 'keychain-auth allow {path} --read SERVICE' lets it read.");
    }
}
