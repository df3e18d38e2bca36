using System.Collections.ObjectModel;

namespace KeychainAuth.Plugin;

/// <summary>A target with its value. Disposing it zeroes the value.</summary>
/// <param name="target">The name within its service.</param>
/// <param name="value">The value; owned by this object from now on.</param>
/// <param name="attributes">Public attributes stored beside it; null means none.</param>
public sealed class Secret(string target, SecretBuffer value, IReadOnlyDictionary<string, string>? attributes = null) : IDisposable
{
    /// <summary>The name within its service.</summary>
    public string Target { get; } = target;

    /// <summary>The value.</summary>
    public SecretBuffer Value { get; } = value;

    /// <summary>Public attributes stored beside the value. Not secret.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; } = attributes ?? ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Zeroes and releases the value.</summary>
    public void Dispose() => Value.Dispose();

    /// <summary>The target; never the value.</summary>
    public override string ToString() => Target;
}
