using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>The three plugins at work.</summary>
internal sealed record LoadedPlugins(PluginSelection Selection, ITransport Transport, IPeerVerifier Verifier, ISecretStore Store) : IAsyncDisposable
{
    internal string Id(PluginKind kind) => Selection[kind].FolderName;

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        await Verifier.DisposeAsync();
        await Store.DisposeAsync();
    }
}
