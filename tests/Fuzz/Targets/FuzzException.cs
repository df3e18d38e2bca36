namespace KeychainAuth.Fuzz.Targets;

/// <summary>Something was read that does not mean what it says.</summary>
internal sealed class FuzzException(string message) : Exception(message);
