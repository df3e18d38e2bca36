namespace KeychainAuth.Plugin;

/// <summary>Creates a plugin. Implemented by the entry type that the manifest names.</summary>
/// <typeparam name="T"><see cref="ITransport"/>, <see cref="IPeerVerifier"/> or <see cref="ISecretStore"/>.</typeparam>
public interface IPluginFactory<out T>
    where T : class
{
    /// <summary>
    /// Creates the plugin, once per daemon. Must not block on anything outside the process: connecting to a keychain
    /// belongs into <see cref="ISecretStore.ProbeAsync"/>.
    /// </summary>
    /// <param name="context">What the daemon tells the plugin. May be kept.</param>
    /// <exception cref="PluginSettingsException">A setting is unknown or has no meaning.</exception>
    T Create(PluginContext context);
}
