namespace KeychainAuth.Core.Audit;

/// <summary>A record could not be written, so what it was about must not happen.</summary>
internal sealed class AuditException(string message, Exception innerException) : Exception(message, innerException);
