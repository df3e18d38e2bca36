using KeychainAuth.Daemon.Plugins;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>The reader of a plugin's attribute: anything that lies in a plugin folder under the name of an assembly.</summary>
internal sealed class ManifestTarget : IFuzzTarget
{
    public string Name => "manifest";

    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            _ = PluginManifestReader.Read("/plugin.dll", new MemoryStream(input.ToArray(), writable: false));
        }
        catch (PluginException)
        {
            // Refused, as it should be.
        }
    }
}
