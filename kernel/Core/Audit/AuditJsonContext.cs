using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Audit;

/// <summary>Reading of audit records; <see cref="AuditLineWriter"/> writes them.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
