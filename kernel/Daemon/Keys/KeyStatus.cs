using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Keys;

/// <summary><c>key status --json</c>.</summary>
/// <param name="Current">The master key in use; null where there is none.</param>
/// <param name="Previous">The one before, while it is kept.</param>
/// <param name="Users">Users who have keys.</param>
internal sealed record KeyStatus(
    [property: JsonPropertyName("master_key")] MasterKeyStatus? Current,
    [property: JsonPropertyName("previous_master_key")] MasterKeyStatus? Previous,
    [property: JsonPropertyName("users")] IReadOnlyList<UserKeyStatus> Users);
