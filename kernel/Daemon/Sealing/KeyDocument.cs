using System.Text.Json;
using System.Text.Json.Serialization;
using KeychainAuth.Core.Files;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>keys.json: a user's data keys. Without keys it stands for a file that is not there.</summary>
internal sealed class KeyDocument
{
    internal const int KnownVersion = 1;

    [JsonPropertyName("version")]
    public int Version { get; set; } = KnownVersion;

    [JsonPropertyName("user_id")]
    public uint UserId { get; set; }

    [JsonPropertyName("keys")]
    public List<KeyRecord> Keys { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The document of one user, on disk.</summary>
    internal static JsonFile<KeyDocument> At(string path, uint userId) => new(
        path,
        KeyJsonContext.Documents.KeyDocument,
        () => new KeyDocument { UserId = userId },
        document => document.Check(userId));

    /// <summary>Checks what was read, or is about to be written. Zero keys are too few: somebody emptied the file.</summary>
    /// <exception cref="DocumentException">It is not what it should be.</exception>
    internal void Check(uint userId)
    {
        if (Version != KnownVersion)
        {
            throw new DocumentException($"it is of version {Version}, and this program knows {KnownVersion}: use the program that wrote it.");
        }

        if (UserId != userId)
        {
            throw new DocumentException($"it holds keys of user {UserId}, not of user {userId}: put this user's own file there.");
        }

        if (Keys is null || Keys.Contains(null!))
        {
            throw new DocumentException("its keys are missing: restore it from a backup.");
        }

        if (Keys.Count(key => key.State == KeyRecord.Current) != 1 || Keys.Exists(key => key.State is not (KeyRecord.Current or KeyRecord.Retiring)))
        {
            throw new DocumentException("exactly one key must be 'current' and all others 'retiring': restore it from a backup.");
        }

        if (Keys.Exists(key => KeyId.Parse(key.Id) is null || KeyId.Parse(key.WrappedBy) is null) || Keys.DistinctBy(key => key.Id).Count() != Keys.Count)
        {
            throw new DocumentException("its key ids must be 16 hexadecimal digits, each once: restore it from a backup.");
        }
    }
}
