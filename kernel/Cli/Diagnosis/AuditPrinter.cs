using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>Prints audit records, for a person or as they are.</summary>
internal sealed class AuditPrinter(TextWriter output, bool json)
{
    internal void Print(byte[] line)
    {
        if (json)
        {
            // Records are plain ASCII; a line that somebody put there by hand may be anything.
            output.WriteLine(Printable.Escape(AuditReader.AsText(line)));
            return;
        }

        output.WriteLine(AuditReader.Parse(line) is { } record
            ? Describe(record)
            : $"(no audit record) {Printable.Escape(AuditReader.AsText(line))}");
    }

    private static string Describe(AuditRecord record)
    {
        string service = record.Service is null ? "" : $" {record.Service}";
        string targets = record.Targets is { Count: > 0 } ? $" [{string.Join(", ", record.Targets)}]" : "";
        string program = record.BinaryPath is null ? "" : $" {record.ScriptPath ?? record.BinaryPath}";
        string process = record.ProcessId is null ? "" : $" pid {record.ProcessId}";
        string reason = record.Reason is null ? "" : $" {record.Reason}";
        string detail = record.Detail is null ? "" : $": {record.Detail}";
        return Printable.Escape($"{record.Timestamp} {record.Result} {record.Action}{service}{targets}{program}{process}{reason}{detail}");
    }
}
