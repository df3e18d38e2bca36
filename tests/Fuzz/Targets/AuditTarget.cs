using KeychainAuth.Core.Audit;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>audit.log: its lines, its end, its chain. Whatever is in the file, a record can be appended and read back.</summary>
internal sealed class AuditTarget : IFuzzTarget
{
    // Appending writes files; one input in so many has to do.
    private const int AppendEvery = 16;

    private readonly Lazy<ScratchFile> _file = new(() => new ScratchFile());

    public string Name => "audit";

    public void Run(ReadOnlySpan<byte> input)
    {
        string path = _file.Value.Path;
        _file.Value.Fill(input);
        AuditTail tail = AuditTail.Find(_file.Value.Handle);
        if (tail.WholeLength > input.Length || (tail.Chain is null) != !input.Contains((byte)'\n'))
        {
            throw new FuzzException("The end of the log is not where it is.");
        }

        AuditVerification before = AuditVerifier.Verify(path);
        if (input.Length % AppendEvery == 0)
        {
            Append(path, before);
        }
    }

    private static void Append(string path, AuditVerification before)
    {
        using (var log = new AuditLog(path, TimeProvider.System, long.MaxValue, rotatedFiles: 1))
        {
            log.Append(new AuditRecord { Action = AuditAction.Config, Result = AuditResult.Accepted, Reason = "fuzz" });
        }

        (byte[] line, bool isWhole) = AuditReader.Lines(path).Last();
        if (!isWhole || AuditReader.Parse(line) is not { Reason: "fuzz" })
        {
            throw new FuzzException("A record that was appended does not read back.");
        }

        // A torn last line is mended by appending; anything else stays as found.
        AuditVerification after = AuditVerifier.Verify(path);
        if (before.Fault is null && after.Fault is not null)
        {
            throw new FuzzException($"Appending has broken an intact log: {after.Fault}");
        }
    }
}
