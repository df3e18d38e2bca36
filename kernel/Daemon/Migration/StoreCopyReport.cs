namespace KeychainAuth.Daemon.Migration;

/// <summary>What became of the items of one service.</summary>
/// <param name="service">The namespace.</param>
internal sealed class StoreCopyReport(string service)
{
    internal string Service { get; } = service;

    /// <summary>Written and read back; in a dry run: would be.</summary>
    internal List<string> Copied { get; } = [];

    /// <summary>There already with the same value.</summary>
    internal List<string> AlreadyThere { get; } = [];

    /// <summary>There already with another value, which was kept.</summary>
    internal List<string> Conflicts { get; } = [];
}
