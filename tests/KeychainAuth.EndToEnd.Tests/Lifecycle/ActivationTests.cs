using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>Socket activation of the whole daemon: the first client is there before the daemon is.</summary>
[SupportedOSPlatform("linux")]
public sealed class ActivationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Activation_ClientQueuedEarly_IsServed()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string relay = await daemon.CompileAsync("relay");
        await daemon.CliOkAsync("register", relay, "--write", "demo", "--read", "demo");
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.Socket)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Process activator = Activate(daemon);
        try
        {
            await WaitForLineAsync(activator.StandardError, "Listening on");

            // What SocketMode=0600 does in a unit; this program knows no such option.
            File.SetUnixFileMode(daemon.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);

            // The connection, and the bytes, wait in the kernel while the daemon is being started.
            await using RelayClient early = daemon.Connect(relay);
            Assert.Equal(
                """{"type":"RESPONSE","status":"success"}""",
                await early.AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["v"]}"""));
            Assert.Contains($"\"pid\": {activator.Id}", await daemon.CliOkAsync("status", "--json"), StringComparison.Ordinal);
            await using RelayClient later = daemon.Connect(relay);
            Assert.Equal(
                """{"type":"RESPONSE","status":"success","results":[{"target":"k","value":"v"}]}""",
                await later.AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}"""));

            // The socket is systemd's: it stays, and the next connection would start the next daemon.
            await Command.RunAsync("kill", [activator.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await activator.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Equal(0, activator.ExitCode);
            Assert.True(File.Exists(daemon.Socket));
            Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
            await daemon.CliOkAsync("audit", "verify");
        }
        finally
        {
            if (!activator.HasExited)
            {
                activator.Kill();
                await activator.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task Activation_SocketOpenToOthers_IsRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string relay = await daemon.CompileAsync("relay");
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.Socket)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using Process activator = Activate(daemon);
        await WaitForLineAsync(activator.StandardError, "Listening on");
        await using RelayClient early = daemon.Connect(relay);
        Assert.Equal("", await early.ReadToEndAsync());
        await activator.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, activator.ExitCode);
        Assert.Contains("SocketMode=0600", await activator.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    // It becomes keychain-auth, which becomes the daemon: one process all the way.
    private static Process Activate(TestDaemon daemon) => Command.Start(
        "systemd-socket-activate",
        [
            "--listen", daemon.Socket, "--fdname=keychain-auth",
            "--setenv=XDG_RUNTIME_DIR", "--setenv=HOME", Path.Combine(RepositoryPaths.Tree, "keychain-auth"), "start",
        ],
        daemon.Environment);

    private static async Task WaitForLineAsync(StreamReader reader, string text)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.NotNull(line);
        }
        while (!line.Contains(text, StringComparison.Ordinal));
    }
}
