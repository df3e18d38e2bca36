namespace KeychainAuth.Plugin;

/// <summary>A stored secret without its value.</summary>
/// <param name="Target">The name within its service.</param>
/// <param name="Attributes">Public attributes stored beside it.</param>
public sealed record SecretDescriptor(string Target, IReadOnlyDictionary<string, string> Attributes);
