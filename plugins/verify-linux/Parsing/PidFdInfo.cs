namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>What /proc/self/fdinfo/&lt;fd&gt; says about a pidfd (pidfd_open(2)).</summary>
internal static class PidFdInfo
{
    /// <summary>
    /// Reads the process id behind a pidfd. The kernel writes -1 once the process is gone and 0 where it cannot be seen
    /// from here: both are answers, and neither is a process.
    /// </summary>
    public static bool TryParseProcessId(ReadOnlySpan<byte> text, out int processId)
    {
        processId = 0;
        int found = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (!line.StartsWith("Pid:"u8))
            {
                continue;
            }

            AsciiScanner scanner = new(line["Pid:"u8.Length..]);
            scanner.TakeBlanks();
            bool negative = scanner.Take((byte)'-');
            if (!scanner.TakeDecimal(out uint magnitude) || !scanner.Rest.IsEmpty || magnitude > int.MaxValue)
            {
                return false;
            }

            found++;
            processId = negative ? -(int)magnitude : (int)magnitude;
        }

        return found == 1;
    }
}
