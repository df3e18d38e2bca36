using System.Text.Json.Serialization;

namespace KeychainAuth.Core.Instance;

[JsonSerializable(typeof(DaemonInstance))]
internal sealed partial class InstanceJsonContext : JsonSerializerContext;
