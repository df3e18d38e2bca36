namespace KeychainAuth.Daemon.Hosting;

/// <summary>The daemon cannot start. One sentence for the person who started it.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
