namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>Reads the text of /proc/&lt;pid&gt;/maps line by line, without allocating.</summary>
internal ref struct MapsReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public MapsEntry Current;

    /// <summary>Set when a line was not what proc_pid_maps(5) describes: then nothing read here may be relied on.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next line.</summary>
    /// <returns>False at the end and at a malformed line.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty || IsMalformed)
        {
            return false;
        }

        int end = _rest.IndexOf((byte)'\n');
        if (end < 0 || !TryParse(_rest[..end], out Current))
        {
            IsMalformed = true;
            return false;
        }

        _rest = _rest[(end + 1)..];
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out MapsEntry entry)
    {
        entry = default;
        AsciiScanner scanner = new(line);
        if (!scanner.TakeHex(out entry.Start) || !scanner.Take((byte)'-') || !scanner.TakeHex(out entry.End)
            || entry.End <= entry.Start || !scanner.TakeBlanks()
            || !TakeFlag(ref scanner, (byte)'r', out _)
            || !TakeFlag(ref scanner, (byte)'w', out entry.Writable)
            || !TakeFlag(ref scanner, (byte)'x', out entry.Executable)
            || !scanner.TakeAny(out byte sharing) || sharing is not ((byte)'p' or (byte)'s')
            || !scanner.TakeBlanks() || !scanner.TakeHex(out ulong _)
            || !scanner.TakeBlanks() || !scanner.TakeHex(out uint major)
            || !scanner.Take((byte)':') || !scanner.TakeHex(out uint minor)
            || !scanner.TakeBlanks() || !scanner.TakeDecimal(out ulong inode))
        {
            return false;
        }

        entry.Identity = new MappingIdentity(major, minor, inode);
        if (!scanner.Rest.IsEmpty && !scanner.TakeBlanks())
        {
            return false;
        }

        entry.Name = scanner.Rest;
        return true;
    }

    private static bool TakeFlag(ref AsciiScanner scanner, byte letter, out bool set)
    {
        bool taken = scanner.TakeAny(out byte character);
        set = character == letter;
        return taken && (set || character == (byte)'-');
    }
}
