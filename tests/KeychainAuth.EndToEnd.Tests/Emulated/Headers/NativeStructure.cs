namespace KeychainAuth.EndToEnd.Tests.Emulated.Headers;

/// <summary>A structure's size and the offsets of its fields.</summary>
internal sealed record NativeStructure(int Size, IReadOnlyDictionary<string, int> Offsets);
