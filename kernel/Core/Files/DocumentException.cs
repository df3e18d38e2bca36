namespace KeychainAuth.Core.Files;

/// <summary>config.json or pending.json cannot be read, makes no sense, or cannot be written. One sentence for a person.</summary>
internal sealed class DocumentException(string message, Exception? innerException = null) : Exception(message, innerException);
