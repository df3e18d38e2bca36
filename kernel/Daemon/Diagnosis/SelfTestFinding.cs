using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Diagnosis;

/// <summary>One thing that the self-test tried. The command line reads it as a finding of <c>doctor</c>.</summary>
/// <param name="Name">What.</param>
/// <param name="State">One of the constants here.</param>
/// <param name="Message">What was found.</param>
internal sealed record SelfTestFinding(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("message")] string Message)
{
    internal const string Good = "ok";
    internal const string Note = "note";
    internal const string Bad = "bad";
}
