namespace KeychainAuth.Core.Audit;

/// <summary>Checks the chain across all files of a log.</summary>
internal static class AuditVerifier
{
    /// <param name="path">The current file of the log.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static AuditVerification Verify(string path)
    {
        AuditChain? expected = null;
        long records = 0;
        foreach (string file in AuditReader.Files(path))
        {
            int number = 0;
            foreach ((byte[] line, bool isWhole) in AuditReader.Lines(file))
            {
                number++;
                if (Fault(line, isWhole, expected) is { } fault)
                {
                    return new AuditVerification(records, $"{file}, line {number}: {fault}");
                }

                AuditRecord record = AuditReader.Parse(line)!;
                expected = new AuditChain(record.Sequence + 1, AuditChain.Hash(line));
                records++;
            }
        }

        return new AuditVerification(records, null);
    }

    private static string? Fault(byte[] line, bool isWhole, AuditChain? expected)
    {
        if (!isWhole)
        {
            return "the last record is incomplete (a writer died; the next one removes it).";
        }

        if (AuditReader.Parse(line) is not { } record)
        {
            return "this is no audit record.";
        }

        // The oldest file kept may begin anywhere, but a log that begins at 1 begins with the genesis hash.
        expected ??= record.Sequence == 1 ? AuditChain.Start : new AuditChain(record.Sequence, record.Previous);
        if (record.Sequence != expected.Value.NextSequence)
        {
            return $"record {record.Sequence} stands where {expected.Value.NextSequence} should: records were removed, added or moved.";
        }

        return record.Previous == expected.Value.Previous
            ? null
            : $"record {record.Sequence} does not follow from the line before it: that line was changed.";
    }
}
