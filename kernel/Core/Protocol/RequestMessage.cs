using System.Collections.ObjectModel;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>A well-formed request: names obey <see cref="NameRules"/>, a write has one value per target.</summary>
internal sealed class RequestMessage : ClientMessage
{
    internal required RequestAction Action { get; init; }

    /// <summary>The namespace; empty only for a check that names none.</summary>
    internal required string Service { get; init; }

    /// <summary>Whether targets are prefixes.</summary>
    internal required bool IsPrefix { get; init; }

    /// <summary>In the client's order, duplicates included.</summary>
    internal required IReadOnlyList<string> Targets { get; init; }

    /// <summary>One per target for a write, none otherwise. Owned by this message.</summary>
    internal IReadOnlyList<SecretBuffer> Values { get; init; } = [];

    internal IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The client's id as raw JSON (a string or a number), echoed as it came; null when there was none.</summary>
    internal byte[]? Id { get; init; }

    public override void Dispose()
    {
        foreach (SecretBuffer value in Values)
        {
            value.Dispose();
        }

        base.Dispose();
    }
}
