using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>One result of a response.</summary>
/// <param name="Target">The name within its service.</param>
/// <param name="Value">The value; null in the answer to a search or a check.</param>
/// <param name="Attributes">Public attributes.</param>
internal sealed record ResponseItem(string Target, SecretBuffer? Value, IReadOnlyDictionary<string, string> Attributes);
