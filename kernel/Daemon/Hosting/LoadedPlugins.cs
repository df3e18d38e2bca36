using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>The plugins that serve everybody, at work, and which store each user has.</summary>
internal sealed record LoadedPlugins(PluginSelection Selection, ITransport Transport, IPeerVerifier Verifier) : IAsyncDisposable
{
    internal string Id(PluginKind kind) => Selection[kind].FolderName;

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        await Verifier.DisposeAsync();
    }
}
