namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>Lines of the protocol, put together by hand: nothing of the product's own writers is used.</summary>
internal static class Wire
{
    internal const string Success = """{"type":"RESPONSE","status":"success"}""";
    internal const string Unregistered = """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""";
    internal const string Hello = """{"type":"HELLO","protocol":2}""";
    internal const string Welcome = """{"type":"WELCOME","protocol":2,"version":"4.0.0"}""";
    internal const string Reconnect = """{"type":"RECONNECT"}""";

    /// <summary>A request in the service of the run.</summary>
    /// <param name="action">The action.</param>
    /// <param name="rest">The properties that follow, with a leading comma.</param>
    internal static string Ask(string action, string rest) => AskIn("SERVICE", action, rest);

    internal static string AskIn(string service, string action, string rest) =>
        $$"""{"type":"REQUEST","action":"{{action}}","service":"{{service}}"{{rest}}}""";

    internal static string Results(string items) => $$"""{"type":"RESPONSE","status":"success","results":[{{items}}]}""";

    /// <summary>The answer to a read of one item.</summary>
    /// <param name="target">The target, escaped as it is expected.</param>
    /// <param name="value">The value, escaped as it is expected.</param>
    internal static string Item(string target, string value) => Results($$"""{"target":"{{target}}","value":"{{value}}"}""");

    internal static string Malformed(string message, string id = "") => Refused("error", "malformed_request", message, id);

    /// <param name="status">The status.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="message">The message, escaped as it is expected.</param>
    /// <param name="id">The id, with its quotes if it is a string.</param>
    internal static string Refused(string status, string reason, string message, string id = "")
    {
        string echo = id.Length == 0 ? "" : $",\"id\":{id}";
        return $$"""{"type":"RESPONSE","status":"{{status}}","reason":"{{reason}}"{{echo}},"message":"{{message}}"}""";
    }
}
