namespace KeychainAuth.Tests.Support;

/// <summary>The plugin of tests/ThirdParty/AcmeStore, built as its author would: outside, from packages.</summary>
public static class ThirdPartyPlugin
{
    /// <summary>The plugin's id.</summary>
    public const string Id = "acme-store";

    /// <summary>Builds the plugin in a workspace.</summary>
    /// <returns>The folder <c>.../plugins/acme-store</c>; its parent can be named to the daemon as a plugin directory.</returns>
    public static async Task<string> BuildAsync(PackageWorkspace workspace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        string source = CopySource(workspace);
        string output = Path.Combine(workspace.Path, "plugins", Id);
        await DotnetCommand.RunAsync(
            source,
            ["publish", "plugin/acme-store.csproj", "--configuration", "Release", "--output", output, $"-p:KeychainAuthVersion={workspace.Version}"],
            cancellationToken);
        return output;
    }

    /// <summary>Builds and runs the plugin's own conformance tests.</summary>
    /// <returns>What they printed.</returns>
    /// <exception cref="InvalidOperationException">A test failed.</exception>
    public static async Task<string> RunConformanceAsync(PackageWorkspace workspace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        string source = CopySource(workspace);
        string output = Path.Combine(workspace.Path, "conformance");
        await DotnetCommand.RunAsync(
            source,
            ["build", "tests/acme-store-tests.csproj", "--output", output, $"-p:KeychainAuthVersion={workspace.Version}"],
            cancellationToken);
        return await DotnetCommand.RunAsync(Path.Combine(output, "acme-store-tests"), source, ["-noColor"], cancellationToken);
    }

    private static string CopySource(PackageWorkspace workspace)
    {
        string copy = Path.Combine(workspace.Path, "AcmeStore");
        return Directory.Exists(copy)
            ? copy
            : workspace.Copy(Path.Combine(PackageWorkspace.RepositoryRoot, "tests", "ThirdParty", "AcmeStore"), "AcmeStore");
    }
}
