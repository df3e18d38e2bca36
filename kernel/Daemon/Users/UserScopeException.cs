namespace KeychainAuth.Daemon.Users;

/// <summary>What belongs to a user cannot be opened. One sentence for that user, which tells nothing about others.</summary>
internal sealed class UserScopeException(string message, Exception innerException) : Exception(message, innerException);
