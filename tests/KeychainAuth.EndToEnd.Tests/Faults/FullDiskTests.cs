using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A disk without space, or one that takes nothing: requests fail with a reason, nothing is lost, all recovers.</summary>
[SupportedOSPlatform("linux")]
public sealed class FullDiskTests
{
    // More than one page of records fits into what the log's last page has left.
    private const int EnoughToFillAPage = 60;

    [Fact]
    public async Task Write_DiskFull_IsRefusedAndLaterServed()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using TmpfsMount disk = await TmpfsMount.MountAsync(daemon.Home, 1024);
        await daemon.StartProcessAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        string large = new('v', 8000);
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", large)));

        disk.Fill();
        byte[] keyring = await File.ReadAllBytesAsync(daemon.Keyring, TestContext.Current.CancellationToken);
        string message = Requests.AssertError(await client.AskAsync(Requests.Write("lost", large)), "store_unavailable", "internal_error");
        Assert.Contains(daemon.Home, message, StringComparison.Ordinal);
        Assert.DoesNotContain("vvv", message, StringComparison.Ordinal);
        Assert.Equal(keyring, await File.ReadAllBytesAsync(daemon.Keyring, TestContext.Current.CancellationToken));

        // Reads are served for as long as they can be recorded, and no longer.
        string? answer = null;
        int served = 0;
        while (served < EnoughToFillAPage && Requests.IsSuccess(answer = await client.AskAsync(Requests.Read("kept"))))
        {
            served++;
        }

        Assert.Contains("audit log", Requests.AssertError(answer, "internal_error"), StringComparison.Ordinal);
        Assert.DoesNotContain("vvv", answer, StringComparison.Ordinal);
        Assert.Equal(1 + served, daemon.AuditRecords().Count(IsGranted));
        Requests.AssertError(await client.AskAsync(Requests.Delete("kept")), "internal_error");
        Assert.Equal(keyring, await File.ReadAllBytesAsync(daemon.Keyring, TestContext.Current.CancellationToken));

        disk.Free();
        Assert.Equal(Requests.Found("kept", large), await client.AskAsync(Requests.Read("kept")));
        Assert.Equal("""{"type":"RESPONSE","status":"success"}""", await client.AskAsync(Requests.Read("lost")));
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("lost", "found")));
        Assert.Equal(Requests.Found("lost", "found"), await client.AskAsync(Requests.Read("lost")));
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Commands_DiskFull_FailInOneSentenceAndChangeNothing()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using TmpfsMount disk = await TmpfsMount.MountAsync(daemon.Home, 1024);
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--read", "demo");
        disk.Fill();
        byte[] config = await File.ReadAllBytesAsync(daemon.ConfigFile, TestContext.Current.CancellationToken);
        foreach (string[] arguments in (string[][])[["allow", relay, "--read", "other"], ["revoke", relay]])
        {
            CommandResult result = await daemon.CliAsync(arguments);
            Assert.Equal(1, result.ExitCode);
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
            Assert.StartsWith("keychain-auth: ", result.Error, StringComparison.Ordinal);
            Assert.Equal("", result.Output);
            Assert.Equal(config, await File.ReadAllBytesAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
        }

        disk.Free();
        await daemon.CliOkAsync("allow", relay, "--read", "other");
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(["config.json", "config.json.lock"], Directory.GetFiles(Path.GetDirectoryName(daemon.ConfigFile)!).Select(file => Path.GetFileName(file)).Order());
    }

    [Fact]
    public async Task Stranger_DiskFull_IsStillRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using TmpfsMount disk = await TmpfsMount.MountAsync(daemon.Home, 1024);
        await daemon.StartProcessAsync();
        string relay = await daemon.CompileAsync("relay");
        disk.Fill();
        await using (RelayClient stranger = daemon.Connect(relay))
        {
            // Until the log is full too, the usual line; then the log's own fault. Never anything else, never silence.
            Assert.Matches("unregistered_binary_pending_approval|internal_error", await stranger.ReadToEndAsync());
        }

        disk.Free();
        await using (RelayClient stranger = daemon.Connect(relay))
        {
            Assert.Contains("unregistered_binary_pending_approval", await stranger.ReadToEndAsync(), StringComparison.Ordinal);
        }

        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    [Fact]
    public async Task Write_KeyringRemountedReadOnly_IsRefusedWhileReadsAreServed()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string directory = Path.GetDirectoryName(daemon.Keyring)!;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using TmpfsMount disk = await TmpfsMount.MountAsync(directory, 1024);
        await daemon.StartProcessAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));

        await disk.RemountAsync("ro");
        Requests.AssertError(await client.AskAsync(Requests.Write("kept", "other")), "store_unavailable");
        Requests.AssertError(await client.AskAsync(Requests.Delete("kept")), "store_unavailable");
        Assert.Equal(Requests.Found("kept", "v"), await client.AskAsync(Requests.Read("kept")));

        await disk.RemountAsync("rw");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "other")));
        Assert.Equal(Requests.Found("kept", "other"), await client.AskAsync(Requests.Read("kept")));
        Assert.Contains(daemon.AuditRecords("store_unavailable"), r => r.GetProperty("result").GetString() == "ERROR");
        await daemon.CliOkAsync("audit", "verify");
    }

    private static bool IsGranted(JsonElement record) =>
        record.GetProperty("result").GetString() == "GRANTED" && record.GetProperty("targets")[0].GetString() == "kept";
}
