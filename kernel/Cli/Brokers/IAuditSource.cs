namespace KeychainAuth.Cli.Brokers;

/// <summary>A log that can be read as files.</summary>
internal interface IAuditSource : IDisposable
{
    /// <summary>The current file; rotated ones lie beside it.</summary>
    string Path { get; }

    /// <summary>Makes sure that the files hold what has been written until now.</summary>
    /// <param name="lines">How many of the last records are wanted at least; null means all.</param>
    void Refresh(int? lines);
}
