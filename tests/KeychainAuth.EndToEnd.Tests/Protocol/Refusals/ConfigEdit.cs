using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>Edits config.json as a person with an editor would: in place, without any lock.</summary>
[SupportedOSPlatform("linux")]
internal static class ConfigEdit
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Changes a program's entry.</summary>
    internal static async Task ApplyAsync(TestDaemon daemon, string executable, Action<JsonObject> change)
    {
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken))!;
        change((JsonObject)config["registered_binaries"]!.AsArray().Single(entry => (string?)entry!["path"] == executable)!);
        await File.WriteAllTextAsync(daemon.ConfigFile, config.ToJsonString(Indented), TestContext.Current.CancellationToken);
    }
}
