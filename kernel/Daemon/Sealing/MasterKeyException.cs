namespace KeychainAuth.Daemon.Sealing;

/// <summary>A master key that is there cannot be used. The message says why and what mends it, and holds nothing of the key.</summary>
internal sealed class MasterKeyException(string message, Exception? innerException = null) : Exception(message, innerException);
