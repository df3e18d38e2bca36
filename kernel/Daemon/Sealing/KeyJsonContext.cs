using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>Serialisation of key documents without reflection. Only wrapped keys ever pass through it.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KeyDocument))]
internal sealed partial class KeyJsonContext : JsonSerializerContext
{
    /// <summary>Indented by two spaces, absent properties left out.</summary>
    internal static KeyJsonContext Documents { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
