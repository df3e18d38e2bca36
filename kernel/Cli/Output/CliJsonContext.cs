using System.Text.Json.Serialization;
using KeychainAuth.Cli.Diagnosis;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Output;

/// <summary>
/// What commands print under <c>--json</c>. The default encoder escapes all but plain ASCII, so that no name can speak
/// to the terminal.
/// </summary>
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ShimReport[]))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(DoctorFinding))]
[JsonSerializable(typeof(List<BinaryEntry>))]
[JsonSerializable(typeof(IReadOnlyList<PendingEntry>))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
