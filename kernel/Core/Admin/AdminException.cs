namespace KeychainAuth.Core.Admin;

/// <summary>The system daemon cannot be asked, or says no. One sentence for the person.</summary>
/// <param name="message">The sentence.</param>
/// <param name="isNotRunning">Whether the daemon is not there.</param>
internal sealed class AdminException(string message, bool isNotRunning = false) : Exception(message)
{
    internal bool IsNotRunning { get; } = isNotRunning;
}
