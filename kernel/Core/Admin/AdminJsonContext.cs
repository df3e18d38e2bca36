using System.Text.Json.Serialization;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Core.Admin;

/// <summary>Serialisation of what command line and system daemon say to each other: one line, plain ASCII.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdminRequest))]
[JsonSerializable(typeof(AdminResponse))]
[JsonSerializable(typeof(BinaryEntry))]
internal sealed partial class AdminJsonContext : JsonSerializerContext;
