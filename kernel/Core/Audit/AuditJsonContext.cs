using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Audit;

/// <summary>
/// Serialisation of audit records: one line, and with the default encoder, which escapes everything beyond plain ASCII,
/// so that no path or name can forge a line or an escape sequence of the reader's terminal.
/// </summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
