using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

/// <summary>An ordinary daemon that the tests of a class share.</summary>
[SupportedOSPlatform("linux")]
public sealed class SessionDaemon : IAsyncLifetime
{
    public TestDaemon Daemon { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Daemon = await TestDaemon.StartAsync();

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();
}
