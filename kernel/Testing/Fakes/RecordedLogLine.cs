namespace KeychainAuth.Plugin.Testing;

/// <summary>One line that a plugin logged.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">The text.</param>
/// <param name="Exception">The failure behind it, if any.</param>
public sealed record RecordedLogLine(PluginLogLevel Level, string Message, Exception? Exception);
