using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Sealing;

/// <summary>The library behind exports ships with the daemon's program, and a daemon that serves does not load it.</summary>
[SupportedOSPlatform("linux")]
public sealed class NativeLibraryTests
{
    [Fact]
    public async Task Daemon_Serving_HasNotLoadedLibsodium()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may read the daemon's mappings.");
        Assert.NotEmpty(Directory.GetFiles(RepositoryPaths.Tree, "libsodium*"));
        Assert.True(File.Exists(Path.Combine(RepositoryPaths.Tree, "NSec.Cryptography.dll")));
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using (RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo"))
        {
            Assert.Contains("success", await client.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["t"],"values":["v"]}"""), StringComparison.Ordinal);
        }

        string[] mappings = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon.ProcessId}/maps"));
        Assert.Contains(mappings, line => line.Contains("keychain-authd.dll", StringComparison.Ordinal));
        Assert.DoesNotContain(mappings, line => line.Contains("sodium", StringComparison.OrdinalIgnoreCase) || line.Contains("NSec", StringComparison.Ordinal));
    }
}
