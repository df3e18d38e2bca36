using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Keys;

/// <summary>Serialisation of exports and reports without reflection. No key passes through it but a sealed one.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KeyExport))]
[JsonSerializable(typeof(KeyStatus))]
internal sealed partial class KeyExportJsonContext : JsonSerializerContext
{
    /// <summary>Indented by two spaces, absent properties left out.</summary>
    internal static KeyExportJsonContext Documents { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
