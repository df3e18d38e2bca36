using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Programs;

/// <summary>Programs that a person does not want to be asked about again.</summary>
internal static class DeniedList
{
    internal static bool Contains(ConfigDocument config, BinaryIdentity identity) =>
        config.Denied?.Exists(d => d.Hash == identity.Hash && d.Path == identity.Path) == true;

    /// <returns>Whether it was on the list.</returns>
    internal static bool Lift(ConfigDocument config, BinaryIdentity identity) =>
        config.Denied?.RemoveAll(d => d.Hash == identity.Hash && d.Path == identity.Path) > 0;

    internal static void Add(ConfigDocument config, BinaryIdentity identity) =>
        (config.Denied ??= []).Add(new DeniedEntry { Path = identity.Path, Hash = identity.Hash });
}
