using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Configuration;

/// <summary>Serialisation of the documents without reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ConfigDocument))]
[JsonSerializable(typeof(List<PendingEntry>))]
internal sealed partial class DocumentJsonContext : JsonSerializerContext
{
    /// <summary>Indented by two spaces, absent properties left out.</summary>
    internal static DocumentJsonContext Documents { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // These files are read by people and never embedded in HTML: a plus sign in a path may stay one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
