namespace KeychainAuth.Core.Executables;

/// <summary>A file cannot be registered as a program. One sentence for a person that says why.</summary>
internal sealed class ExecutableException(string message, Exception? innerException = null) : Exception(message, innerException);
