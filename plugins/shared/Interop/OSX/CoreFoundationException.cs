/// <summary>Core Foundation created nothing, which it does for a lack of memory or for what is no text.</summary>
/// <param name="kind">What it should have created.</param>
internal sealed class CoreFoundationException(string kind) : Exception($"Core Foundation could not create a {kind}.");
