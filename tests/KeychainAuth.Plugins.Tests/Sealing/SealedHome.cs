using System.Runtime.Versioning;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugins.Tests.StoreFile;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Plugins.Tests.Sealing;

/// <summary>A file keyring in a private home, sealed as in system mode, with the master key as a service manager hands it over.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SealedHome : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<SealedStoreFactory> _factories = [];

    internal SealedHome()
    {
        Directory.CreateDirectory(Keys, OwnerOnly);
        using SealingKey master = SealingKey.Generate();
        File.WriteAllBytes(MasterKey, master.Bytes.ToArray());
        File.SetUnixFileMode(MasterKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal KeyringHome Files { get; } = new();

    /// <summary>Holds keys.json and, for the test, the master key too.</summary>
    internal string Keys => Path.Combine(Files.Home, "sealing");

    internal string KeyFile => Path.Combine(Keys, "keys.json");

    private string MasterKey => Path.Combine(Keys, MasterKeys.CurrentName);

    /// <summary>A store as a daemon opens it.</summary>
    internal SealedStore Open()
    {
        var factory = new SealedStoreFactory(MasterKeys.Load(Keys), TimeProvider.System, NullLogger<SealedStoreFactory>.Instance);
        _factories.Add(factory);
        return factory.Wrap(Files.Open(), 1000, Keys);
    }

    public void Dispose()
    {
        _factories.ForEach(factory => factory.Dispose());
        Files.Dispose();
    }
}
