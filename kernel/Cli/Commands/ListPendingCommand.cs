using System.CommandLine;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>list-pending</c>: the programs that asked and wait for a person's word.</summary>
internal sealed class ListPendingCommand : CliCommand
{
    private readonly Option<bool> _json = JsonSwitch();

    internal ListPendingCommand(CliContext context)
        : base(
            context,
            "list-pending",
            "Show the programs that asked without being approved, for 24 hours after they asked last.",
            "keychain-auth list-pending",
            "keychain-auth list-pending --json") => Options.Add(_json);

    private protected override int Execute(ParseResult arguments)
    {
        IReadOnlyList<PendingEntry> entries = Context.Broker.ReadPending();
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(entries, CliJsonContext.Default.IReadOnlyListPendingEntry);
            return ExitCode.Success;
        }

        if (entries.Count == 0)
        {
            Context.Out.WriteLine("No program waits for approval.");
        }

        foreach (PendingEntry entry in entries)
        {
            Write(entry);
        }

        return ExitCode.Success;
    }

    private void Write(PendingEntry entry)
    {
        TextWriter output = Context.Out;
        BinaryIdentity identity = entry.Identity;
        output.WriteLine(Printable.Escape(identity.DisplayPath));
        output.WriteLine($"  {Printable.Escape(identity.DisplayHash)}");
        if (identity.Script is not null)
        {
            output.WriteLine($"  a script, launched with {Printable.Escape(identity.Path)} {identity.Hash}");
        }

        output.WriteLine($"  asked {Attempts(entry.Attempts)}, last {EntryText.Format(entry.Timestamp)}{(entry.UserId is { } user ? $", user {user}" : "")}");
        if (entry.CommandLine is { } commandLine)
        {
            output.WriteLine($"  command line: {Printable.Escape(commandLine)}");
        }

        if (entry.Reason is { } reason)
        {
            output.WriteLine($"  reason: {Printable.Escape(reason)}");
        }

        if (entry.Signature is { } signature)
        {
            output.WriteLine($"  signature: {Printable.Escape(signature)}");
        }

        if (entry.Protection is { } protection)
        {
            output.WriteLine($"  protection: {Printable.Escape(protection)}");
        }

        if (entry.Jit == true)
        {
            output.WriteLine("  executable memory that belongs to no file was seen in it");
        }

        foreach (PendingCodeFile file in entry.Files ?? [])
        {
            output.WriteLine($"  code: {Printable.Escape(file.Path)} {Printable.Escape(file.Hash)}{(file.OwnerUserId is { } owner ? $", owner {owner}" : "")}");
        }

        output.WriteLine($"  approve: keychain-auth approve {identity.DisplayHash[BinaryIdentity.HashPrefix.Length..][..12]}");
    }

    private static string Attempts(int attempts) => attempts == 1 ? "once" : $"{attempts} times";
}
