namespace KeychainAuth.Core.Files;

/// <summary>A path is not private to the daemon's user, or is a link. The message says what mends it.</summary>
internal sealed class UnsafePathException(string message) : IOException(message);
