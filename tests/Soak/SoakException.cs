namespace KeychainAuth.Soak;

/// <summary>Something that must not happen has happened.</summary>
internal sealed class SoakException(string message) : Exception(message);
