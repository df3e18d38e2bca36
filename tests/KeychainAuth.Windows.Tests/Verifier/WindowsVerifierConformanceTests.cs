using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.VerifyWindows;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Verifier;

public sealed class WindowsVerifierConformanceTests : VerifierConformance
{
    protected override IPeerVerifier CreateVerifier(IReadOnlyDictionary<string, string> settings) =>
        new WindowsVerifierFactory().Create(PluginContextFor.Plugin("verify-windows", settings));

    protected override async ValueTask<VerifierConformancePeer> StartPeerAsync(CancellationToken cancellationToken) => await WindowsPeer.StartAsync();
}
