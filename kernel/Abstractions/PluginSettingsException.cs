namespace KeychainAuth.Plugin;

/// <summary>A setting given to a plugin is unknown or has no meaning. The daemon stops with this message.</summary>
/// <param name="message">One sentence that names the setting and says what would be right.</param>
public sealed class PluginSettingsException(string message) : Exception(message);
