using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>A program that asked and waits for a person's word.</summary>
internal sealed class PendingEntry
{
    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("hash")]
    public string Hash { get; set; } = "";

    /// <summary>Arguments joined by spaces, those that look like secrets masked.</summary>
    [JsonPropertyName("command_line")]
    public string? CommandLine { get; set; }

    /// <summary>When it asked last.</summary>
    [JsonPropertyName("timestamp")]
    public DateTimeOffset Timestamp { get; set; }

    [JsonPropertyName("uid")]
    public uint? UserId { get; set; }

    [JsonPropertyName("reason")]
    public string? Reason { get; set; }

    [JsonPropertyName("attempts")]
    public int Attempts { get; set; }

    /// <summary>Code beside the executable that has to be approved with it.</summary>
    [JsonPropertyName("files")]
    public List<PendingCodeFile>? Files { get; set; }

    /// <summary>Executable memory that belongs to no file was seen.</summary>
    [JsonPropertyName("jit")]
    public bool? Jit { get; set; }

    /// <summary>The script, where the program is an interpreter that was to be launched with it.</summary>
    [JsonPropertyName("script")]
    public CodeFileEntry? Script { get; set; }

    /// <summary>Who signed it, as an entry may name it; null where nobody did whom the platform vouches for.</summary>
    [JsonPropertyName("signer")]
    public string? Signer { get; set; }

    /// <summary>A phrase on its signature, where the platform has signatures.</summary>
    [JsonPropertyName("signature")]
    public string? Signature { get; set; }

    /// <summary>A phrase on what keeps other programs out of it, where the platform tells.</summary>
    [JsonPropertyName("protection")]
    public string? Protection { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    [JsonIgnore]
    internal BinaryIdentity Identity => new(Hash, Path, ScriptIdentity.From(Script));
}
