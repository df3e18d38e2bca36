using System.CommandLine;
using KeychainAuth.Cli.Brokers;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>audit verify</c>: checks the chain of records.</summary>
internal sealed class AuditVerifyCommand : CliCommand
{
    private const string Note =
        "The chain finds accidents and careless edits; a determined program of the same user could rewrite all of it.";

    private const string SystemNote =
        "The chain finds accidents and careless edits; no program but the daemon and root's can write the log.";

    private readonly Option<bool> _json = JsonSwitch();

    internal AuditVerifyCommand(CliContext context)
        : base(
            context,
            "verify",
            "Check that no record was changed, removed or added. Exit code 1 when one was.",
            "keychain-auth audit verify",
            "keychain-auth audit verify --json") => Options.Add(_json);

    private protected override int Execute(ParseResult arguments)
    {
        using IAuditSource audit = Context.Broker.OpenAudit();
        audit.Refresh(lines: null);
        AuditVerification result = AuditVerifier.Verify(audit.Path);
        if (result.Fault is not null)
        {
            result = VerifyUndisturbed(audit);
        }

        string note = Context.IsSystemMode ? SystemNote : Note;

        if (arguments.GetValue(_json))
        {
            var report = new AuditReport { Intact = result.Fault is null, Records = result.Records, Fault = result.Fault, Note = note };
            Context.Out.WriteJson(report, CliJsonContext.Default.AuditReport);
        }
        else
        {
            Context.Out.WriteLine(result.Fault is { } fault
                ? $"Broken after {result.Records} intact records: {Printable.Escape(fault)}"
                : $"Intact: {result.Records} records.");
            Context.Out.WriteLine(note);
        }

        return result.Fault is null ? ExitCode.Success : ExitCode.Failure;
    }

    // A record being written, or a rotation, in the middle of the first look is no damage: look again with writers held off.
    private static AuditVerification VerifyUndisturbed(IAuditSource audit)
    {
        using var locker = new InterProcessLock(AuditLog.LockPath(audit.Path));
        using InterProcessLock.Scope scope = locker.Enter();
        audit.Refresh(lines: null);
        return AuditVerifier.Verify(audit.Path);
    }
}
