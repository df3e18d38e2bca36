using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>A plugin directory of one test, with the list of hashes that such a directory needs.</summary>
[SupportedOSPlatform("linux")]
internal static class TestPluginDirectory
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Copies a test store into the daemon's work directory and names it in config.json.</summary>
    /// <param name="daemon">A daemon that has not been started yet.</param>
    /// <param name="id">The store.</param>
    /// <param name="rest">What else config.json holds, with a leading comma.</param>
    internal static async Task InstallAsync(TestDaemon daemon, string id, string rest)
    {
        string directory = Path.Combine(daemon.Work, "plugins");
        Directory.CreateDirectory(Path.Combine(directory, id), Private);
        var list = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.TestPlugins, id)))
        {
            string name = $"{id}/{Path.GetFileName(file)}";
            byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(directory, name), content, TestContext.Current.CancellationToken);
            list.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {name}\n");
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "plugins.sha256"), list.ToString(), TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.ConfigFile)!, Private);
        await File.WriteAllTextAsync(
            daemon.ConfigFile,
            $$"""{"protocol_version": "1", "registered_binaries": [], "plugins": {"store": "{{id}}", "directories": ["{{directory}}"]}{{rest}}}""",
            TestContext.Current.CancellationToken);
    }
}
