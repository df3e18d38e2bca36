using System.Text.Json.Serialization;
using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Daemon.Keys;

/// <summary>The data keys of one user, as keys.json names them.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Current">Id of the key that seals.</param>
/// <param name="Retiring">Ids of keys that only open, while a rotation is under way.</param>
/// <param name="WrappedBy">Ids of the master keys that wrap them.</param>
/// <param name="Fault">Why keys.json cannot be read.</param>
internal sealed record UserKeyStatus(
    [property: JsonPropertyName("user_id")] uint UserId,
    [property: JsonPropertyName("current")] string? Current,
    [property: JsonPropertyName("retiring")] IReadOnlyList<string> Retiring,
    [property: JsonPropertyName("wrapped_by")] IReadOnlyList<string> WrappedBy,
    [property: JsonPropertyName("fault")] string? Fault)
{
    internal static UserKeyStatus From(uint userId, KeyDocument document) => new(
        userId,
        document.Keys.Find(key => key.State == KeyRecord.Current)?.Id,
        [.. document.Keys.Where(key => key.State == KeyRecord.Retiring).Select(key => key.Id)],
        [.. document.Keys.Select(key => key.WrappedBy).Distinct()],
        null);

    internal static UserKeyStatus Broken(uint userId, string fault) => new(userId, null, [], [], fault);
}
