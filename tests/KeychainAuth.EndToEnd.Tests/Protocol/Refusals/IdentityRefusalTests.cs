using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using KeychainAuth.Tests.Support;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>Refusals by identity: the line is delivered and the connection is closed.</summary>
[SupportedOSPlatform("linux")]
public sealed class IdentityRefusalTests(RefusalDaemon fixture) : IClassFixture<RefusalDaemon>
{
    private static readonly string Request = AskIn("id", "read", ""","targets":["k"]""");

    [Fact]
    public async Task Connect_NotRegistered_ToldUnpromptedQueuedAndClosed()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.CompileAsync(fixture.Daemon));
        Assert.Equal(Unregistered, await client.ReceiveAsync());
        await fixture.AssertClosedAsync(client, "DENIED", "unregistered_binary_pending_approval");
        Assert.Contains(client.Executable, await File.ReadAllTextAsync(fixture.Daemon.PendingFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The same path with other content is another program.</summary>
    [Fact]
    public async Task Connect_RegisteredPathWithOtherContent_RefusedAsUnregistered()
    {
        string executable = await Speaker.RegisterAsync(fixture.Daemon, "--read", "id");
        File.Delete(executable);
        await NativeProgram.CompileAsync("speaker", executable, "-O2");
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, executable);
        Assert.Equal(Unregistered, await client.ReceiveAsync());
        await fixture.AssertClosedAsync(client, "DENIED", "unregistered_binary_pending_approval");
    }

    /// <summary>The same content at another path too.</summary>
    [Fact]
    public async Task Connect_RegisteredContentAtOtherPath_RefusedAsUnregistered()
    {
        string executable = await Speaker.RegisterAsync(fixture.Daemon, "--read", "id");
        string copy = ProgramFile.Copy(executable, executable + "-copy");
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, copy);
        Assert.Equal(Unregistered, await client.ReceiveAsync());
        await fixture.AssertClosedAsync(client, "DENIED", "unregistered_binary_pending_approval");
    }

    [Fact]
    public async Task Connect_ExecutableDeleted_IdentityUnverified()
    {
        await using Speaker client = await Speaker.StartAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id"));
        await client.DoAsync("unlink");
        await client.DoAsync("connect");
        Assert.Equal(
            Refused("denied", "identity_unverified", "The executable's file was deleted or replaced since the program started; start the program again and connect again."),
            await client.ReceiveAsync());
        Assert.Null(await client.ReceiveAsync());
        fixture.AssertAudited(client.ProcessId, "connect", "DENIED", "identity_unverified");
        await fixture.AssertBystanderServedAsync();
    }

    [Fact]
    public async Task Request_FromForkedChild_IdentityChangedAndChildNamed()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id"));
        Assert.Equal(Success, await client.RequestAsync(Request));
        await client.DoAsync($"child {Request}");
        Assert.Equal(Refused("denied", "identity_changed", "Another process wrote on this connection."), await client.ReceiveAsync());
        await fixture.AssertClosedAsync(client, "DENIED", "identity_changed");

        JsonElement record = fixture.AssertAudited(client.ProcessId, "connect", "DENIED", "identity_changed", client.Executable);
        Assert.Matches($"^Process [0-9]+ of user [0-9]+ wrote on the connection of process {client.ProcessId}\\.$", record.GetProperty("detail").GetString());
    }

    /// <summary>Half a line from each: what the child adds is not taken for the rest.</summary>
    [Fact]
    public async Task Request_CompletedByForkedChild_IdentityChanged()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id"));
        await client.DoAsync("flood 20");
        await client.DoAsync($"child {Request}");
        Assert.Equal(Refused("denied", "identity_changed", "Another process wrote on this connection."), await client.ReceiveAsync());
        await fixture.AssertClosedAsync(client, "DENIED", "identity_changed");
    }

    /// <summary>Even an exec of the very same file is another image.</summary>
    [Fact]
    public async Task Request_AfterExec_IdentityChanged()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id"));
        Assert.Equal(Success, await client.RequestAsync(Request));
        await client.DoAsync("exec", "ready");
        Assert.Equal(
            Refused("denied", "identity_changed", "The process behind this connection is no longer the program that was verified."),
            await client.RequestAsync(Request));
        Assert.Null(await client.ReceiveAsync());
        JsonElement record = fixture.AssertAudited(client.ProcessId, "read", "DENIED", "identity_changed", client.Executable);
        Assert.Equal("id", record.GetProperty("service").GetString());
        await fixture.AssertBystanderServedAsync();
    }

    [Fact]
    public async Task Request_Version1OfProgramThatSpeaksVersion2_ReconnectRequired()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id", "--protocol", "2"));
        Assert.Equal(
            Refused("denied", "reconnect_required", $"This program is known to speak protocol 2. To allow version 1 again, run: keychain-auth register --protocol 1 {client.Executable}"),
            await client.RequestAsync(Request));
        Assert.Null(await client.ReceiveAsync());
        fixture.AssertAudited(client.ProcessId, "read", "DENIED", "reconnect_required", client.Executable);
        await fixture.AssertBystanderServedAsync();

        await fixture.Daemon.CliOkAsync("register", "--protocol", "1", client.Executable);
        await client.DoAsync("connect");
        Assert.Equal(Success, await client.RequestAsync(Request));
    }

    [Fact]
    public async Task Request_AfterRevocation_RefusedAsUnregisteredAndClosed()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "id"));
        Assert.Equal(Success, await client.RequestAsync(Request));
        await fixture.Daemon.CliOkAsync("revoke", client.Executable);
        Assert.Equal(Unregistered, await client.RequestAsync(Request));
        Assert.Null(await client.ReceiveAsync());
        fixture.AssertAudited(client.ProcessId, "read", "DENIED", "unregistered_binary_pending_approval", client.Executable);
        await fixture.AssertBystanderServedAsync();
    }

    /// <summary>A file system in a process may hand the daemon other bytes than it handed the loader.</summary>
    [Fact]
    public async Task Connect_ExecutableOnFuse_FileSystemNotTrusted()
    {
        Assert.SkipUnless(File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess, "Mounting a FUSE file system needs /dev/fuse and root.");
        string served = await Speaker.CompileAsync(fixture.Daemon, "-static");
        await using FuseMount mount = await FuseMount.CreateAsync(fixture.Daemon, served);
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, mount.Program);
        string message = Assert.IsType<string>(await client.ReceiveAsync());
        Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"filesystem_not_trusted","message":"The executable """, message, StringComparison.Ordinal);
        Assert.Null(await client.ReceiveAsync());
        fixture.AssertAudited(client.ProcessId, "connect", "DENIED", "filesystem_not_trusted");
        await fixture.AssertBystanderServedAsync();
    }
}
