namespace KeychainAuth.Plugin;

/// <summary>
/// The version of this contract. A plugin states the version it was built against in its
/// <see cref="KeychainAuthPluginAttribute"/>; the daemon refuses another major and a newer minor.
/// </summary>
public static class ContractVersion
{
    /// <summary>Changes when a shipped member changes. Plugins of another major are refused.</summary>
    public const int Major = 1;

    /// <summary>Grows when a new optional interface is added. Plugins of an older minor load unchanged.</summary>
    public const int Minor = 1;
}
