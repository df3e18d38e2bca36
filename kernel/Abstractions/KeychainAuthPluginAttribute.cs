namespace KeychainAuth.Plugin;

/// <summary>
/// The manifest of a plugin: exactly one on its main assembly. The daemon reads it from metadata,
/// without loading the assembly, so every argument must be a constant.
/// </summary>
/// <param name="kind">What the plugin is for.</param>
/// <param name="id">
/// The plugin's id: lower-case ASCII letters, digits and hyphens, starting with a letter, 64 at most. It is also the
/// name of the plugin's folder and of its main assembly (<c>&lt;id&gt;/&lt;id&gt;.dll</c>).
/// </param>
/// <param name="entryType">
/// A public class of the same assembly with a public parameterless constructor that implements
/// <see cref="IPluginFactory{T}"/> for the interface of <paramref name="kind"/>.
/// </param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class KeychainAuthPluginAttribute(PluginKind kind, string id, Type entryType) : Attribute
{
    /// <summary>What the plugin is for.</summary>
    public PluginKind Kind { get; } = kind;

    /// <summary>The plugin's id, also the name of its folder and main assembly.</summary>
    public string Id { get; } = id;

    /// <summary>The class that creates the plugin.</summary>
    public Type EntryType { get; } = entryType;

    /// <summary>The contract major the plugin was built against: <see cref="ContractVersion.Major"/>.</summary>
    public int Contract { get; set; }

    /// <summary>The contract minor the plugin was built against: <see cref="ContractVersion.Minor"/>.</summary>
    public int ContractMinor { get; set; }

    /// <summary>
    /// Operating systems the plugin runs on, separated by commas: <c>linux</c>, <c>macos</c>, <c>windows</c>.
    /// Empty means all.
    /// </summary>
    public string OperatingSystems { get; set; } = "";

    /// <summary>
    /// Environment markers (<see cref="HostEnvironment.Markers"/>) that must all be present, separated by commas;
    /// a marker with a leading <c>!</c> must be absent. Empty means no condition.
    /// </summary>
    public string Requires { get; set; } = "";

    /// <summary>The highest priority of the matching plugins of a kind is taken; equal ones are ordered by id.</summary>
    public int Priority { get; set; }
}
