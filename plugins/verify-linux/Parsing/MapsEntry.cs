namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>One line of /proc/&lt;pid&gt;/maps (proc_pid_maps(5)).</summary>
internal ref struct MapsEntry
{
    public ulong Start;
    public ulong End;
    public bool Writable;
    public bool Executable;
    public MappingIdentity Identity;

    /// <summary>
    /// The path as the kernel prints it, or a name in brackets, or nothing. A newline in it reads <c>\012</c>, and so
    /// does a backslash followed by those digits: such a name is ambiguous.
    /// </summary>
    public ReadOnlySpan<byte> Name;
}
