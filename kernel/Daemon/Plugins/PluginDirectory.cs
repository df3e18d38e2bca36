namespace KeychainAuth.Daemon.Plugins;

/// <summary>A directory with one folder per plugin.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="IsSystem">
/// Whether it came with the daemon. Any other directory must carry a <c>plugins.sha256</c> list.
/// </param>
internal sealed record PluginDirectory(string Path, bool IsSystem);
