using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A disk that answers EIO: what was acknowledged stays, what was not is refused, and all goes on afterwards.</summary>
[SupportedOSPlatform("linux")]
public sealed class BadDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("write")]
    [InlineData("fsync")]
    [InlineData("rename")]
    [InlineData("open")]
    public async Task Write_KeyringsDiskFails_IsRefusedAndTheOldKeyringStays(string call)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using FaultyDisk disk = await FaultyDisk.MountAsync(daemon, Path.GetDirectoryName(daemon.Keyring)!);
        await daemon.StartProcessAsync();
        await using RelayClient writer = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await writer.AskAsync(Requests.Write("kept", "v")));

        // What was written a moment ago is compared with the disk once more, which may fail too; what a daemon has found
        // at its start is known.
        Assert.Equal(0, await daemon.StopAsync());
        await daemon.StartProcessAsync();
        await using RelayClient client = daemon.Connect(writer.Executable);
        Assert.Equal(Requests.Found("kept", "v"), await client.AskAsync(Requests.Read("kept")));

        disk.Fail(call);
        string message = Requests.AssertError(await client.AskAsync(Requests.Write("kept", "other")), "store_unavailable", "internal_error");
        Assert.DoesNotContain("other", message, StringComparison.Ordinal);
        Assert.Equal(Requests.Found("kept", "v"), await client.AskAsync(Requests.Read("kept")));

        disk.Mend();
        Assert.Equal(Requests.Found("kept", "v"), await client.AskAsync(Requests.Read("kept")));
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "other")));
        await RestartedDaemonHasAsync(daemon, client, "kept", "other");
    }

    [Fact]
    public async Task Read_KeyringChangedByAnotherHandCannotBeRead_IsRefusedRatherThanServedOld()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using FaultyDisk disk = await FaultyDisk.MountAsync(daemon, Path.GetDirectoryName(daemon.Keyring)!);
        await daemon.StartProcessAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));

        string changed = (await File.ReadAllTextAsync(daemon.Keyring, TestContext.Current.CancellationToken)).Replace("\"dg==\"", "\"dzI=\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(daemon.Keyring, changed, TestContext.Current.CancellationToken);
        disk.Fail("read");
        string? answer = await client.AskAsync(Requests.Read("kept"));
        Requests.AssertError(answer, "store_unavailable", "internal_error");

        disk.Mend();
        Assert.Equal(Requests.Found("kept", "w2"), await client.AskAsync(Requests.Read("kept")));
        await RestartedDaemonHasAsync(daemon, client, "kept", "w2");
    }

    [Theory]
    [InlineData("write")]
    [InlineData("fsync")]
    public async Task Request_AuditLogsDiskFails_IsDeniedOrSaidAndTheChainStays(string call)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using FaultyDisk disk = await FaultyDisk.MountAsync(daemon, Path.GetDirectoryName(daemon.AuditFile)!);
        await daemon.StartProcessAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo", "--write", "demo");
        Assert.Equal(Requests.Success, await client.AskAsync(Requests.Write("kept", "v")));

        disk.Fail(call);
        string? answer = await client.AskAsync(Requests.Write("kept", "other"));
        if (call == "write")
        {
            Assert.Contains("audit log", Requests.AssertError(answer, "internal_error"), StringComparison.Ordinal);
        }
        else
        {
            // The record is with the kernel, which is what a request waits for; that the disk does not take it is said.
            Assert.Equal(Requests.Success, answer);
            await daemon.WaitForOutputAsync("cannot be put on disk").WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        disk.Mend();
        string expected = call == "write" ? "v" : "other";
        Assert.Equal(Requests.Found("kept", expected), await client.AskAsync(Requests.Read("kept")));
        await daemon.CliOkAsync("audit", "verify");
        await RestartedDaemonHasAsync(daemon, client, "kept", expected);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("fsync")]
    [InlineData("rename")]
    public async Task Commands_ConfigsDiskFails_FailInOneSentenceAndChangeNothing(string call)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await using FaultyDisk disk = await FaultyDisk.MountAsync(daemon, Path.GetDirectoryName(daemon.ConfigFile)!);
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--read", "demo");
        byte[] before = await File.ReadAllBytesAsync(daemon.ConfigFile, TestContext.Current.CancellationToken);

        disk.Fail(call);
        CommandResult result = await daemon.CliAsync("allow", relay, "--read", "other");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("keychain-auth: ", Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));

        disk.Mend();
        await daemon.CliOkAsync("allow", relay, "--read", "other");
        await daemon.CliOkAsync("audit", "verify");
    }

    private static async Task RestartedDaemonHasAsync(TestDaemon daemon, RelayClient client, string target, string value)
    {
        Assert.Equal(0, await daemon.StopAsync());
        await daemon.StartProcessAsync();
        await using (RelayClient again = daemon.Connect(client.Executable))
        {
            Assert.Equal(Requests.Found(target, value), await again.AskAsync(Requests.Read(target)));
        }

        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }
}
