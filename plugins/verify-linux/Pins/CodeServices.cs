using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Files;

namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>What all pins share to look at files.</summary>
internal sealed class CodeServices : IDisposable
{
    public CodeServices(VerifierSettings settings, TimeProvider time, IPluginLog log)
    {
        Log = log;
        Hasher = new FileHasher(settings, time);
        Mounts = new MountTable(settings.AcceptHiddenOverlayLayers);
    }

    public IPluginLog Log { get; }

    public FileHasher Hasher { get; }

    public MountTable Mounts { get; }

    public TrustedFiles Trusted { get; } = new();

    public MappingIdentities Identities { get; } = new();

    public void Dispose()
    {
        Hasher.Dispose();
        Mounts.Dispose();
        Trusted.Dispose();
    }
}
