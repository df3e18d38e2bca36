using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Policy;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Programs;

/// <summary>What <c>register</c> and <c>authorize</c> share.</summary>
internal sealed class Registration(CliContext context, string command)
{
    internal int Run(RegistrationRequest request)
    {
        ExecutableReport report = ProgramCheck.Inspect(context, request.Path, request.AllowInterpreter);
        string? signer = DaemonProgram.FindSigner(context, report.Identity.Path, request.SameSigner);
        bool wasNew = false;
        IReadOnlyList<PolicyChange> changes = context.Broker.Change(command, config =>
        {
            (BinaryEntry entry, wasNew) = FindOrAdd(config, report.Identity);
            List<string> details = wasNew ? ["registered"] : [];
            details.AddRange(Describe(entry, report, request));
            details.AddRange(SignerOffer.Accept(entry, signer, request.SameSigner));
            details.AddRange(GrantEditor.Add(entry, request.Grants));
            if (DeniedList.Lift(config, report.Identity))
            {
                details.Add("no longer denied");
            }

            return details.Count == 0 ? [] : [new PolicyChange(report.Identity, string.Join("; ", details))];
        });

        string path = Printable.Escape(report.Identity.Path);
        context.Out.WriteLine(changes.Count == 0 ? $"Nothing to change for {path}." : $"{(wasNew ? "Registered" : "Updated")} {path}");
        context.Out.WriteLine($"  {report.Identity.Hash}");
        foreach (PolicyChange change in changes)
        {
            context.Out.WriteLine($"  {Printable.Escape(change.Detail)}");
        }

        foreach (string note in ProgramCheck.Notes(report, request.Path))
        {
            context.Out.WriteLine($"  note: {Printable.Escape(note)}");
        }

        SignerOffer.Write(context.Out, signer, request.SameSigner, $"keychain-auth register {path}");
        PendingCleanup.Forget(context, report.Identity);
        return ExitCode.Success;
    }

    private (BinaryEntry Entry, bool IsNew) FindOrAdd(ConfigDocument config, BinaryIdentity identity)
    {
        if (config.RegisteredBinaries.Find(e => e.Names(identity)) is { } known)
        {
            return (known, false);
        }

        if (config.RegisteredBinaries.Find(e => e.Path == identity.Path && e.Script is null) is { } other)
        {
            throw new CliException(
                $"{identity.Path} is registered with another hash ({other.Hash}, now {identity.Hash}): "
                + $"if you changed it yourself, run 'keychain-auth upgrade {identity.Path}', which keeps its permissions.");
        }

        var entry = new BinaryEntry { Path = identity.Path, Hash = identity.Hash, RegisteredAt = EntryText.Format(context.Time.GetUtcNow()) };
        config.RegisteredBinaries.Add(entry);
        return (entry, true);
    }

    private static IEnumerable<string> Describe(BinaryEntry entry, ExecutableReport report, RegistrationRequest request)
    {
        if (request.Protocol is { } protocol && entry.Protocol != protocol)
        {
            entry.Protocol = protocol;
            yield return $"protocol {protocol}";
        }

        if (request.MustBeLaunched is { } must && entry.Launch == "optional" == must)
        {
            entry.Launch = must ? null : "optional";
            yield return must ? "must be launched" : "need not be launched: open to your other programs";
        }

        if (report.Interpreter is { } interpreter && entry.Interpreter != true)
        {
            entry.Interpreter = true;
            yield return $"accepted as an interpreter ({interpreter.Family})";
        }

        foreach (string change in CodeRecord.Add(entry, report, request.Jit))
        {
            yield return change;
        }
    }
}
