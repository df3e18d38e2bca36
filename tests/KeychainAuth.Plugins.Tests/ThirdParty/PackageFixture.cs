using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.ThirdParty;

/// <summary>The packages, packed once for all tests of a class.</summary>
public sealed class PackageFixture : IAsyncLifetime
{
    private PackageWorkspace? _workspace;

    internal PackageWorkspace Workspace => _workspace ?? throw new InvalidOperationException("The fixture has not been initialised.");

    public async ValueTask InitializeAsync() => _workspace = await PackageWorkspace.CreateAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _workspace?.Dispose();
        return ValueTask.CompletedTask;
    }
}
