using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>An approved executable, identified by hash and path together, and what it may do.</summary>
internal sealed class BinaryEntry
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    /// <summary><c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    [JsonPropertyName("hash")]
    public string Hash { get; set; } = "";

    /// <summary>RFC 3339; kept as text so that another tool's precision survives a rewrite.</summary>
    [JsonPropertyName("registered_at")]
    public string? RegisteredAt { get; set; }

    [JsonPropertyName("allowed_read_services")]
    public List<string> AllowedReadServices { get; set => field = value ?? []; } = [];

    [JsonPropertyName("allowed_write_services")]
    public List<string> AllowedWriteServices { get; set => field = value ?? []; } = [];

    [JsonPropertyName("can_search")]
    public bool CanSearch { get; set; }

    /// <summary>Service to patterns; where a service is named, every target must match one of its patterns.</summary>
    [JsonPropertyName("allowed_targets")]
    public Dictionary<string, List<string>>? AllowedTargets { get; set; }

    [JsonPropertyName("expires_at")]
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>2: the program has spoken version 2, and version 1 in its name is refused.</summary>
    [JsonPropertyName("protocol")]
    public int? Protocol { get; set; }

    /// <summary>Executable memory that belongs to no file is expected in this program.</summary>
    [JsonPropertyName("jit")]
    public bool? Jit { get; set; }

    /// <summary>Further code the program maps.</summary>
    [JsonPropertyName("files")]
    public List<CodeFileEntry>? Files { get; set; }

    /// <summary>A person accepted that this is an interpreter, so that every script it runs has its permissions.</summary>
    [JsonPropertyName("interpreter")]
    public bool? Interpreter { get; set; }

    /// <summary>The script that this interpreter was launched with: the entry is about the two together.</summary>
    [JsonPropertyName("script")]
    public CodeFileEntry? Script { get; set; }

    /// <summary>System mode: <c>required</c> (default) serves the program only when it was launched; <c>optional</c> always.</summary>
    [JsonPropertyName("launch")]
    public string? Launch { get; set; }

    /// <summary>
    /// Whose updates of this program pass without a new approval: another hash at the same path, signed by this one. On
    /// macOS a team id or a requirement of the code signing language, on Windows the publisher.
    /// </summary>
    [JsonPropertyName("signer")]
    public string? Signer { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    [JsonIgnore]
    internal BinaryIdentity Identity => new(Hash, Path, ScriptIdentity.From(Script));

    /// <summary>Whether this entry is about that program.</summary>
    internal bool Names(BinaryIdentity identity) => Identity == identity;
}
