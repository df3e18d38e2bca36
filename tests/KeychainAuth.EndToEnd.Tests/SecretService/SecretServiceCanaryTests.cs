using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Lifecycle;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.EndToEnd.Tests.SecretService;

/// <summary>Secrets that went through the daemon from and to GNOME Keyring are not in its memory afterwards, native memory included.</summary>
[SupportedOSPlatform("linux")]
public sealed class SecretServiceCanaryTests
{
    private const int Rounds = 200;

    [Fact]
    public async Task Memory_SecretsWrittenAndRead_HoldsNoneOfThem()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may read the daemon's memory.");
        await using PrivateBus bus = await PrivateBus.StartAsync();
        BusProgram keyring = await bus.StartGnomeKeyringAsync();
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = Desktop.Environment(bus) });
        string canary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using (RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo"))
        {
            for (int i = 0; i < Rounds; i++)
            {
                string value = $"{canary}-{i}";
                if (i % 10 == 0)
                {
                    Assert.Equal(Desktop.Success, await client.AskAsync(Desktop.Write("k", value)));
                }

                Assert.Contains(canary, await client.AskAsync(Desktop.Read("k")), StringComparison.Ordinal);
            }
        }

        // The search finds what is there: the keyring itself holds it.
        Assert.NotEmpty(ProcessMemory.Find(keyring.ProcessId, Encoding.UTF8.GetBytes(canary)));
        await using RelayClient other = await daemon.ConnectRegisteredAsync("--read", "demo");
        Assert.Equal(Desktop.Success, await other.AskAsync(Desktop.Read("absent")));
        foreach (byte[] form in (byte[][])[Encoding.UTF8.GetBytes(canary), Encoding.Unicode.GetBytes(canary)])
        {
            Assert.Empty(await ProcessMemory.FindLastingAsync(daemon.ProcessId, form, TestContext.Current.CancellationToken));
        }
    }
}
