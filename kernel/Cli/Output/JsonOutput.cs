using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KeychainAuth.Cli.Output;

/// <summary>Prints a document for a program.</summary>
internal static class JsonOutput
{
    internal static void WriteJson<T>(this TextWriter output, T document, JsonTypeInfo<T> type) =>
        output.WriteLine(JsonSerializer.Serialize(document, type));
}
