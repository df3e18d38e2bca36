namespace KeychainAuth.Cli.Brokers;

/// <summary>The log of user mode, which is this user's own files.</summary>
internal sealed class LocalAudit(string path) : IAuditSource
{
    public string Path { get; } = path;

    public void Refresh(int? lines)
    {
        // The files themselves are read.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
