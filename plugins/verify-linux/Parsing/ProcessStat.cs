namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>What is needed of /proc/&lt;pid&gt;/stat (proc_pid_stat(5)).</summary>
internal static class ProcessStat
{
    // Field 22; the state, field 3, is the first after the name.
    private const int FieldsBetweenNameAndStart = 19;

    /// <summary>
    /// Reads the start time, in clock ticks since boot. The process chooses its name, which stands in parentheses and may
    /// contain spaces and parentheses itself: only what follows the last closing one counts.
    /// </summary>
    public static bool TryParseStartTime(ReadOnlySpan<byte> text, out ulong ticks)
    {
        ticks = 0;
        int close = text.LastIndexOf((byte)')');
        if (close < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[(close + 1)..];
        for (int field = 0; field < FieldsBetweenNameAndStart; field++)
        {
            if (rest.IsEmpty || rest[0] != (byte)' ')
            {
                return false;
            }

            rest = rest[1..];
            int end = rest.IndexOf((byte)' ');
            if (end <= 0)
            {
                return false;
            }

            rest = rest[end..];
        }

        AsciiScanner scanner = new(rest);
        return scanner.Take((byte)' ') && scanner.TakeDecimal(out ticks) && !scanner.Rest.IsEmpty && scanner.TakeBlanks();
    }
}
