namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// How service, target and a client's attributes become an item's attributes. <c>service</c> and <c>username</c> are what
/// the field's keyring libraries use, so that either side finds what the other wrote. A client's own attributes have a
/// prefix, and nothing without it is shown to clients: providers put a person's notes among the attributes.
/// </summary>
internal static class ItemAttributes
{
    internal const string Service = "service";
    internal const string Target = "username";
    internal const string Schema = "xdg:schema";
    internal const string OurSchema = "org.keychain-auth.Secret";

    /// <summary>On every item that was written here, also on one that another tool had made.</summary>
    internal const string Managed = "keychain-auth";

    private const string KeePassUuid = "Uuid";
    private const string KeePassPath = "Path";
    private const string ManagedValue = "1";
    private const string Prefix = "keychain-auth:";

    /// <summary>What finds the items of a service.</summary>
    internal static Dictionary<string, string> Query(string service) => new(StringComparer.Ordinal) { [Service] = service };

    /// <summary>What finds the items of a target.</summary>
    internal static Dictionary<string, string> Query(string service, string target) =>
        new(StringComparer.Ordinal) { [Service] = service, [Target] = target };

    /// <summary>All attributes of a new item.</summary>
    internal static Dictionary<string, string> New(string service, string target, IReadOnlyDictionary<string, string> attributes) =>
        Merge(new Dictionary<string, string>(StringComparer.Ordinal) { [Schema] = OurSchema }, service, target, attributes);

    /// <summary>All attributes of an item that is written again: a client's are replaced, what others put there stays.</summary>
    internal static Dictionary<string, string> Replace(
        IReadOnlyDictionary<string, string> existing, string service, string target, IReadOnlyDictionary<string, string> attributes) =>
        Merge(new Dictionary<string, string>(existing.Where(a => !a.Key.StartsWith(Prefix, StringComparison.Ordinal)), StringComparer.Ordinal), service, target, attributes);

    /// <summary>The client's attributes among an item's.</summary>
    internal static Dictionary<string, string> OfClient(IReadOnlyDictionary<string, string> attributes) => attributes
        .Where(a => a.Key.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(a => a.Key[Prefix.Length..], a => a.Value, StringComparer.Ordinal);

    /// <summary>
    /// What of an item's attributes a new item in its stead may have. KeePassXC shows its own names for an entry among the
    /// attributes, and takes a new item with these for the old one.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> WithoutIdentity(IReadOnlyDictionary<string, string> attributes) =>
        attributes.ContainsKey(KeePassUuid) && attributes.ContainsKey(KeePassPath)
            ? attributes.Where(a => a.Key is not (KeePassUuid or KeePassPath)).ToDictionary(StringComparer.Ordinal)
            : attributes;

    internal static string Label(string service, string target) => $"Password for '{target}' on '{service}'";

    private static Dictionary<string, string> Merge(
        Dictionary<string, string> all, string service, string target, IReadOnlyDictionary<string, string> attributes)
    {
        all[Service] = service;
        all[Target] = target;
        all[Managed] = ManagedValue;
        foreach ((string name, string value) in attributes)
        {
            all[Prefix + name] = value;
        }

        return all;
    }
}
