namespace KeychainAuth.Core.Protocol;

/// <summary>Words of the wire protocol.</summary>
internal static class ProtocolNames
{
    internal const string Request = "REQUEST";
    internal const string Hello = "HELLO";
    internal const string Launch = "LAUNCH";
    internal const string Welcome = "WELCOME";
    internal const string Reconnect = "RECONNECT";
    internal const string Response = "RESPONSE";

    /// <summary>The version that HELLO announces.</summary>
    internal const int AttributableVersion = 2;

    /// <summary>The version that LAUNCH announces.</summary>
    internal const int LaunchVersion = 1;

    internal static string Name(RequestAction action) => action switch
    {
        RequestAction.Read => "read",
        RequestAction.Write => "write",
        RequestAction.Delete => "delete",
        RequestAction.Search => "search",
        RequestAction.Check => "check",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    internal static RequestAction? ParseAction(string name) => name switch
    {
        "read" => RequestAction.Read,
        "write" => RequestAction.Write,
        "delete" => RequestAction.Delete,
        "search" => RequestAction.Search,
        "check" => RequestAction.Check,
        _ => null,
    };
}
