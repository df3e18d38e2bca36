namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>What is needed of /proc/&lt;pid&gt;/status (proc_pid_status(5)).</summary>
internal readonly record struct ProcessStatus(
    uint TracerProcessId,
    int NamespaceDepth,
    uint ThreadCount,
    uint RealUserId,
    uint EffectiveUserId,
    uint SavedUserId,
    uint FileSystemUserId,
    uint RealGroupId,
    uint EffectiveGroupId,
    uint SavedGroupId,
    uint FileSystemGroupId)
{
    /// <summary>
    /// Reads it. Each field must be there exactly once. (The process chooses its name, the first line; the kernel
    /// escapes newlines in it, so it cannot forge a field; and if it could, the field would be there twice.)
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ProcessStatus status)
    {
        status = default;
        int tracers = 0, namespaces = 0, users = 0, groups = 0, threads = 0;
        uint tracer = 0, threadCount = 0;
        (uint Real, uint Effective, uint Saved, uint FileSystem) user = default, group = default;
        int depth = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                return false;
            }

            ReadOnlySpan<byte> line = text[..end];
            text = text[(end + 1)..];
            if (After(line, "TracerPid:"u8, out AsciiScanner scanner))
            {
                tracers++;
                if (!scanner.TakeDecimal(out tracer) || !scanner.Rest.IsEmpty)
                {
                    return false;
                }
            }
            else if (After(line, "Uid:"u8, out scanner))
            {
                users++;
                if (!TakeFour(ref scanner, out user))
                {
                    return false;
                }
            }
            else if (After(line, "Gid:"u8, out scanner))
            {
                groups++;
                if (!TakeFour(ref scanner, out group))
                {
                    return false;
                }
            }
            else if (After(line, "NSpid:"u8, out scanner))
            {
                namespaces++;
                do
                {
                    depth++;
                    if (!scanner.TakeDecimal(out uint _))
                    {
                        return false;
                    }
                }
                while (scanner.TakeBlanks());

                if (!scanner.Rest.IsEmpty)
                {
                    return false;
                }
            }
            else if (After(line, "Threads:"u8, out scanner))
            {
                threads++;
                if (!scanner.TakeDecimal(out threadCount) || !scanner.Rest.IsEmpty)
                {
                    return false;
                }
            }
        }

        status = new ProcessStatus(
            tracer, depth, threadCount, user.Real, user.Effective, user.Saved, user.FileSystem, group.Real, group.Effective, group.Saved, group.FileSystem);
        return tracers == 1 && namespaces == 1 && users == 1 && groups == 1 && threads == 1;
    }

    private static bool TakeFour(ref AsciiScanner scanner, out (uint Real, uint Effective, uint Saved, uint FileSystem) ids)
    {
        ids = default;
        return scanner.TakeDecimal(out ids.Real) && scanner.TakeBlanks() && scanner.TakeDecimal(out ids.Effective)
            && scanner.TakeBlanks() && scanner.TakeDecimal(out ids.Saved) && scanner.TakeBlanks()
            && scanner.TakeDecimal(out ids.FileSystem) && scanner.Rest.IsEmpty;
    }

    private static bool After(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out AsciiScanner scanner)
    {
        if (!line.StartsWith(name))
        {
            scanner = default;
            return false;
        }

        scanner = new AsciiScanner(line[name.Length..]);
        scanner.TakeBlanks();
        return true;
    }
}
