namespace KeychainAuth.Plugin;

/// <summary>What a plugin is for. The daemon runs exactly one of each kind.</summary>
public enum PluginKind
{
    /// <summary>Accepts local connections and captures peer credentials: entry type implements <c>IPluginFactory&lt;ITransport&gt;</c>.</summary>
    Transport = 1,

    /// <summary>Establishes which executable a peer runs: entry type implements <c>IPluginFactory&lt;IPeerVerifier&gt;</c>.</summary>
    Verifier = 2,

    /// <summary>Keeps secrets: entry type implements <c>IPluginFactory&lt;ISecretStore&gt;</c>.</summary>
    Store = 3,
}
