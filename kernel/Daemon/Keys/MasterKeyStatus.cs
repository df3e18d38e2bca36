using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Keys;

/// <summary>A master key that is there.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="IsSealed">Whether systemd sealed it; otherwise it is a root-only file.</param>
/// <param name="Id">Its id; null when it does not open.</param>
/// <param name="Fault">Why it does not open.</param>
internal sealed record MasterKeyStatus(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("sealed")] bool IsSealed,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("fault")] string? Fault);
