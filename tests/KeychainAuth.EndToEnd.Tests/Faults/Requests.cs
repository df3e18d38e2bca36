using System.Text.Json;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>Requests to the service <c>demo</c>, and what is looked at in the answers.</summary>
internal static class Requests
{
    internal const string Success = """{"type":"RESPONSE","status":"success"}""";

    internal static string Write(string target, string value) =>
        $$"""{"type":"REQUEST","action":"write","service":"demo","targets":["{{target}}"],"values":["{{value}}"]}""";

    internal static string Read(string target) => $$"""{"type":"REQUEST","action":"read","service":"demo","targets":["{{target}}"]}""";

    internal static string Delete(string target) => $$"""{"type":"REQUEST","action":"delete","service":"demo","targets":["{{target}}"]}""";

    internal static string Found(string target, string value) =>
        $$"""{"type":"RESPONSE","status":"success","results":[{"target":"{{target}}","value":"{{value}}"}]}""";

    /// <summary>The answer is an error with this reason and a sentence, and holds no results.</summary>
    /// <returns>The sentence.</returns>
    internal static string AssertError(string? answer, params string[] reasons)
    {
        Assert.NotNull(answer);
        using JsonDocument document = JsonDocument.Parse(answer);
        Assert.Equal("error", document.RootElement.GetProperty("status").GetString());
        Assert.Contains(document.RootElement.GetProperty("reason").GetString(), reasons);
        Assert.False(document.RootElement.TryGetProperty("results", out _), answer);
        return document.RootElement.GetProperty("message").GetString()!;
    }

    internal static bool IsSuccess(string? answer) => answer?.StartsWith("""{"type":"RESPONSE","status":"success""", StringComparison.Ordinal) == true;
}
