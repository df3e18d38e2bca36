using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Programs;

/// <summary>Programs that a person does not want to be asked about again.</summary>
internal static class DeniedList
{
    internal static bool Contains(ConfigDocument config, BinaryIdentity identity) =>
        config.Denied?.Exists(d => d.Identity == identity) == true;

    /// <returns>Whether it was on the list.</returns>
    internal static bool Lift(ConfigDocument config, BinaryIdentity identity) =>
        config.Denied?.RemoveAll(d => d.Identity == identity) > 0;

    internal static void Add(ConfigDocument config, BinaryIdentity identity) =>
        (config.Denied ??= []).Add(new DeniedEntry { Path = identity.Path, Hash = identity.Hash, Script = identity.Script?.ToEntry() });
}
