using System.Runtime.Versioning;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>A directory of mode 0700 that goes away with everything in it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PrivateDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ka-uds-").FullName;

    public string Socket => Combine("agent.sock");

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string CreateDirectory(string name, UnixFileMode mode)
    {
        string path = Combine(name);
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
