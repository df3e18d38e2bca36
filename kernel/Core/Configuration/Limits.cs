namespace KeychainAuth.Core.Configuration;

/// <summary>The limits in force: what config.json says, or the default.</summary>
internal sealed record Limits
{
    /// <summary>Longest request line, without its line feed.</summary>
    internal int MaxRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections at a time, those of registered programs included.</summary>
    internal int MaxConnections { get; init; } = 4096;

    /// <summary>Connections at a time of one executable identity (hash and path).</summary>
    internal int MaxConnectionsPerBinary { get; init; } = 2048;

    /// <summary>How long a line may take from its first byte to its last.</summary>
    internal TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the store may take for one request.</summary>
    internal TimeSpan StoreTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Size at which the audit log is rotated.</summary>
    internal long AuditMaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Rotated audit files kept beside the current one.</summary>
    internal int AuditFiles { get; init; } = 8;

    internal static Limits From(LimitsSection? section)
    {
        var defaults = new Limits();
        return section is null ? defaults : new Limits
        {
            MaxRequestBytes = section.MaxRequestBytes ?? defaults.MaxRequestBytes,
            MaxConnections = section.MaxConnections ?? defaults.MaxConnections,
            MaxConnectionsPerBinary = section.MaxConnectionsPerBinary ?? defaults.MaxConnectionsPerBinary,
            RequestTimeout = Seconds(section.RequestTimeoutSeconds) ?? defaults.RequestTimeout,
            StoreTimeout = Seconds(section.StoreTimeoutSeconds) ?? defaults.StoreTimeout,
            AuditMaxBytes = section.AuditMaxBytes ?? defaults.AuditMaxBytes,
            AuditFiles = section.AuditFiles ?? defaults.AuditFiles,
        };
    }

    private static TimeSpan? Seconds(int? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
