namespace KeychainAuth.Cli.Output;

/// <summary>Sentences that <c>status</c> and <c>doctor</c> share.</summary>
internal static class StatusText
{
    internal const string SystemIsolationNote =
        "no (policy, secrets and daemon are out of your programs' reach; a determined program of yours can still write into an approved one that may run without the launcher)";
}
