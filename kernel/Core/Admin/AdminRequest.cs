using System.Text.Json.Serialization;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Core.Admin;

/// <summary>What the command line asks of a system daemon: one line of JSON.</summary>
internal sealed record AdminRequest
{
    internal const string TypeName = "ADMIN";

    [JsonPropertyName("type")]
    public string Type { get; init; } = TypeName;

    /// <summary>One of <see cref="AdminAction"/>.</summary>
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    /// <summary>Whose; absent means the asker's own.</summary>
    [JsonPropertyName("user")]
    public uint? User { get; init; }

    /// <summary>The command that a person typed, for the log.</summary>
    [JsonPropertyName("command")]
    public string? Command { get; init; }

    /// <summary>For an update: what the change was made from, as it was read.</summary>
    [JsonPropertyName("revision")]
    public string? Revision { get; init; }

    /// <summary>For an update: the policy as it is to be.</summary>
    [JsonPropertyName("config")]
    public ConfigDocument? Config { get; init; }

    /// <summary>For a read of the log: which of its files.</summary>
    [JsonPropertyName("file")]
    public ulong? File { get; init; }

    /// <summary>For a read of the log: from which byte on.</summary>
    [JsonPropertyName("offset")]
    public long? Offset { get; init; }

    /// <summary>Whether an explanation is wanted as JSON.</summary>
    [JsonPropertyName("json")]
    public bool? Json { get; init; }
}
