using System.Runtime.Versioning;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>A machine on which system mode runs, for all tests of a class. Each test uses programs of its own.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunningWorld : IAsyncLifetime
{
    public SystemWorld World { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await World.InitializeAsync();
        await World.StartAsync();
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
