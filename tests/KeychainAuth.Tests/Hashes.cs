using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Tests;

/// <summary>Hashes that are easy to tell apart.</summary>
internal static class Hashes
{
    internal static string Of(char digit) => BinaryIdentity.HashPrefix + new string(digit, 64);
}
