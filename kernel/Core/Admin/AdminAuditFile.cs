using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Admin;

/// <summary>A file of a user's log.</summary>
/// <param name="Id">Names the file whatever it is called after the next rotation.</param>
/// <param name="Name">Its name now, without a directory.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record AdminAuditFile(
    [property: JsonPropertyName("id")] ulong Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("size")] long Size);
