using System.Text.Json.Serialization;

namespace KeychainAuth.Daemon.Diagnosis;

[JsonSerializable(typeof(SelfTestFinding))]
internal sealed partial class SelfTestJsonContext : JsonSerializerContext;
