namespace KeychainAuth.Core.Protocol;

/// <summary>The status of a response, in the protocol's spelling.</summary>
internal static class ResponseStatus
{
    internal const string Success = "success";
    internal const string Denied = "denied";
    internal const string Error = "error";
}
