using System.Text.Json;
using KeychainAuth.Daemon.Plugins;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>Says of every plugin found whether it would be taken, and why: <c>keychain-auth plugins</c>.</summary>
internal static class PluginExplanation
{
    internal static void WriteText(TextWriter output, PluginSelection selection, IEnumerable<string> markers)
    {
        output.WriteLine($"environment: {string.Join(", ", markers.Order(StringComparer.Ordinal))}");
        foreach (PluginVerdict verdict in selection.Verdicts)
        {
            output.WriteLine($"{Kind(verdict),-9}  {verdict.Candidate.FolderName,-20}  {Name(verdict.Outcome),-11}  {verdict.Reason}");
        }

        if (selection.Fault is not null)
        {
            output.WriteLine($"The daemon would not start: {selection.Fault}");
        }
    }

    internal static void WriteJson(Stream output, PluginSelection selection, IEnumerable<string> markers)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("environment");
        foreach (string marker in markers.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(marker);
        }

        json.WriteEndArray();
        json.WriteStartArray("plugins");
        foreach (PluginVerdict verdict in selection.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("id", verdict.Candidate.FolderName);
            json.WriteString("kind", Kind(verdict));
            json.WriteString("version", verdict.Candidate.Manifest?.Version);
            json.WriteString("folder", verdict.Candidate.Folder);
            json.WriteString("outcome", Name(verdict.Outcome));
            json.WriteString("reason", verdict.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("fault", selection.Fault);
        json.WriteEndObject();
    }

    private static string Kind(PluginVerdict verdict) => verdict.Candidate.Manifest?.Kind.ToString().ToLowerInvariant() ?? "unknown";

    private static string Name(PluginOutcome outcome) => outcome switch
    {
        PluginOutcome.Taken => "taken",
        PluginOutcome.PassedOver => "passed-over",
        _ => "refused",
    };
}
