namespace KeychainAuth.Daemon.Migration;

/// <summary>What to copy.</summary>
/// <param name="From">Id of the store to read.</param>
/// <param name="To">Id of the store to write.</param>
/// <param name="Service">The only service to copy; null means all.</param>
/// <param name="DryRun">Only say what would be done.</param>
/// <param name="DeleteSource">Delete from the source what is in the destination afterwards.</param>
internal sealed record StoreCopyOptions(string From, string To, string? Service, bool DryRun, bool DeleteSource)
{
    /// <summary>As <see cref="To"/>: this user's store at the system daemon.</summary>
    internal const string SystemDaemon = "system";
}
