namespace KeychainAuth.Daemon.Plugins;

/// <summary>A plugin cannot be used, or no fit one was found. The daemon stops with this message.</summary>
internal sealed class PluginException(string message, Exception? innerException = null) : Exception(message, innerException);
