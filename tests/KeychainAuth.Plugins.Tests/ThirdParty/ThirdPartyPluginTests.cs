using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.ThirdParty;

/// <summary>What somebody outside can do with nothing but our packages.</summary>
public sealed class ThirdPartyPluginTests(PackageFixture packages) : IClassFixture<PackageFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_FromPackages_ShipsThePluginAloneWithoutContractAndRuntimeConfig()
    {
        string folder = await ThirdPartyPlugin.BuildAsync(packages.Workspace, Cancellation);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
        Assert.Contains("acme-store.dll", files);
        Assert.Contains("acme-store.deps.json", files);
        Assert.DoesNotContain(files, file => file.Contains("Abstractions", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(files, file => file.Contains("runtimeconfig", StringComparison.OrdinalIgnoreCase));
        Assert.Single(files, file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Conformance_FromPackages_Passes()
    {
        string output = await ThirdPartyPlugin.RunConformanceAsync(packages.Workspace, Cancellation);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Template_Instantiated_BuildsAndPassesConformance()
    {
        PackageWorkspace workspace = packages.Workspace;
        string hive = Path.Combine(workspace.Path, "templates");
        string package = Assert.Single(Directory.EnumerateFiles(workspace.Packages, "KeychainAuth.Plugin.Templates.*.nupkg"));
        await DotnetCommand.RunAsync(workspace.Path, ["new", "install", package, "--debug:custom-hive", hive], Cancellation);
        await DotnetCommand.RunAsync(
            workspace.Path, ["new", "keychain-auth-store", "--name", "Vault", "--pluginId", "vault-store", "--debug:custom-hive", hive], Cancellation);

        string made = Path.Combine(workspace.Path, "Vault");
        Assert.True(File.Exists(Path.Combine(made, "plugin", "vault-store.csproj")));
        string folder = Path.Combine(workspace.Path, "plugins", "vault-store");
        await DotnetCommand.RunAsync(made, ["publish", "plugin/vault-store.csproj", "--output", folder], Cancellation);
        Assert.Equal(
            ["vault-store.deps.json", "vault-store.dll", "vault-store.pdb"],
            Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

        string output = Path.Combine(workspace.Path, "vault-conformance");
        await DotnetCommand.RunAsync(made, ["build", "tests/vault-store-tests.csproj", "--output", output], Cancellation);
        string report = await DotnetCommand.RunAsync(Path.Combine(output, "vault-store-tests"), made, ["-noColor"], Cancellation);
        Assert.Contains("Failed: 0", report, StringComparison.Ordinal);
    }
}
