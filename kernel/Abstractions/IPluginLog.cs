namespace KeychainAuth.Plugin;

/// <summary>
/// The daemon's log as a plugin sees it. It is a type of the contract, and not a logging library's, because a shared
/// logging type is the commonest way to break type identity between a host and its plugins.
/// </summary>
public interface IPluginLog
{
    /// <summary>Whether a line of this level would be written; ask before building a costly message.</summary>
    /// <param name="level">The level in question.</param>
    bool IsEnabled(PluginLogLevel level);

    /// <summary>Writes one line. Thread-safe; never throws.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="message">The text. Never a secret, and no target names beyond what an operator needs.</param>
    /// <param name="exception">The failure behind it, if any.</param>
    void Write(PluginLogLevel level, string message, Exception? exception = null);
}
