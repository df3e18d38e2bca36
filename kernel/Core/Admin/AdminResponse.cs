using System.Text.Json.Serialization;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Core.Admin;

/// <summary>A system daemon's answer to the command line. Never holds a value.</summary>
internal sealed record AdminResponse
{
    /// <summary>The policy is no longer what the change was made from: read it again.</summary>
    internal const string Conflict = "conflict";

    /// <summary>As in <see cref="ResponseStatus"/>, or <see cref="Conflict"/>.</summary>
    [JsonPropertyName("status")]
    public string Status { get; init; } = ResponseStatus.Success;

    /// <summary>One sentence for the person; absent on success.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("daemon")]
    public DaemonInstance? Daemon { get; init; }

    [JsonPropertyName("registered")]
    public int? Registered { get; init; }

    [JsonPropertyName("waiting")]
    public int? Waiting { get; init; }

    /// <summary>Whether every program that may use this user's secrets is out of reach of the user's other programs.</summary>
    [JsonPropertyName("isolated")]
    public bool? Isolated { get; init; }

    [JsonPropertyName("revision")]
    public string? Revision { get; init; }

    [JsonPropertyName("config")]
    public ConfigDocument? Config { get; init; }

    [JsonPropertyName("pending")]
    public IReadOnlyList<PendingEntry>? Pending { get; init; }

    [JsonPropertyName("files")]
    public IReadOnlyList<AdminAuditFile>? Files { get; init; }

    [JsonPropertyName("data")]
    public byte[]? Data { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    internal static AdminResponse Denied(string message) => new() { Status = ResponseStatus.Denied, Message = message };

    internal static AdminResponse Failed(string message) => new() { Status = ResponseStatus.Error, Message = message };
}
