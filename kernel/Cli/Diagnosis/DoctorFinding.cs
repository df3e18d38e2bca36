using System.Text.Json.Serialization;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="State">One of the constants here.</param>
/// <param name="Message">What was found and, unless all is well, what mends it.</param>
internal sealed record DoctorFinding(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("message")] string Message)
{
    internal const string Good = "ok";

    /// <summary>Worth knowing; nothing fails because of it.</summary>
    internal const string Note = "note";

    internal const string Bad = "bad";
}
