using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Migration;

[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<StoreSummary>))]
internal sealed partial class MigrationJsonContext : JsonSerializerContext;
