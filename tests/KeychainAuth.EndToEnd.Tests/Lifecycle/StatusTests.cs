using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary><c>status --json</c> as programs in the field parse it, in every state.</summary>
[SupportedOSPlatform("linux")]
public sealed class StatusTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] FirstKeys = ["daemon_running", "version", "mode", "config_path", "socket_path", "requires_sudo"];

    [Fact]
    public async Task Status_EachStateOfTheDaemon_HasTheSameKeysAndTheRightExitCode()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string[] never = await CheckAsync(daemon, isRunning: false);
        await daemon.StartProcessAsync();
        string[] running = await CheckAsync(daemon, isRunning: true);
        await daemon.KillAsync();
        string[] killed = await CheckAsync(daemon, isRunning: false);
        await daemon.StartProcessAsync();
        Assert.Equal(0, await daemon.StopAsync());
        string[] stopped = await CheckAsync(daemon, isRunning: false);
        Assert.All([running, killed, stopped], keys => Assert.Equal(never, keys));
        Assert.Equal(FirstKeys, never[..FirstKeys.Length]);
    }

    [Fact]
    public async Task Status_ConfigBroken_StillTellsWhetherTheDaemonRuns()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = "{}" });
        await File.WriteAllTextAsync(daemon.ConfigFile, "{ broken", TestContext.Current.CancellationToken);
        CommandResult result = await daemon.CliAsync("status", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.True(JsonDocument.Parse(result.Output).RootElement.GetProperty("daemon_running").GetBoolean());
        Assert.Contains(daemon.ConfigFile, result.Error, StringComparison.Ordinal);
        Assert.Equal("{ broken", await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Socket_OptionVariableAndDefault_TakePrecedenceInThisOrder()
    {
        await using TestDaemon plain = await TestDaemon.CreateAsync();
        string byVariable = Path.Combine(plain.Work, "variable", "a.sock");
        string byOption = Path.Combine(plain.Work, "option", "a.sock");
        Assert.Equal(plain.Socket, await SocketOfAsync(plain));
        plain.Environment["KEYCHAIN_AUTH_SOCKET"] = "";
        Assert.Equal(plain.Socket, await SocketOfAsync(plain));
        plain.Environment["KEYCHAIN_AUTH_SOCKET"] = byVariable;
        Assert.Equal(byVariable, await SocketOfAsync(plain));
        Assert.Equal(byOption, await SocketOfAsync(plain, "--socket", byOption));
        Assert.Equal(byOption, await SocketOfAsync(plain, "-s", byOption));

        // And the daemon itself agrees.
        await plain.StartProcessAsync();
        Assert.True(File.Exists(byVariable));
        Assert.Equal(0, (await plain.CliAsync("status")).ExitCode);
        Assert.Equal(3, (await plain.CliAsync("status", "--socket", byOption)).ExitCode);
        Assert.Equal(0, await plain.StopAsync());

        await using TestDaemon both = await TestDaemon.CreateAsync(new TestDaemonOptions
        {
            Arguments = ["--socket", byOption],
            Environment = new Dictionary<string, string> { ["KEYCHAIN_AUTH_SOCKET"] = byVariable },
        });
        await both.StartProcessAsync();
        Assert.True(File.Exists(byOption));
        Assert.False(File.Exists(byVariable));
        Assert.False(File.Exists(both.Socket));
    }

    [Fact]
    public async Task Socket_RelativePathInTheVariable_MeansTheSameToAll()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        daemon.Environment["KEYCHAIN_AUTH_SOCKET"] = "relative/a.sock";
        string program = Path.Combine(RepositoryPaths.Tree, "keychain-auth");
        CommandResult status = await Command.RunAsync(program, ["status", "--json"], daemon.Environment, workingDirectory: daemon.Work);
        Assert.Equal(Path.Combine(daemon.Work, "relative", "a.sock"), JsonDocument.Parse(status.Output).RootElement.GetProperty("socket_path").GetString());
        using Process process = Command.Start(program, ["start"], daemon.Environment, daemon.Work);
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            while (line?.Contains(" listens on ", StringComparison.Ordinal) == false);
            Assert.NotNull(line);
            status = await Command.RunAsync(program, ["status", "--json"], daemon.Environment, workingDirectory: daemon.Work);
            Assert.Equal(0, status.ExitCode);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }
    }

    private static async Task<string> SocketOfAsync(TestDaemon daemon, params string[] options)
    {
        CommandResult result = await daemon.CliAsync(["status", "--json", .. options]);
        Assert.Equal(3, result.ExitCode);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("socket_path").GetString()!;
    }

    /// <returns>The keys in their order.</returns>
    private static async Task<string[]> CheckAsync(TestDaemon daemon, bool isRunning)
    {
        CommandResult result = await daemon.CliAsync("status", "--json");
        Assert.Equal(isRunning ? 0 : 3, result.ExitCode);
        Assert.Equal("", result.Error);
        JsonElement status = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(isRunning, status.GetProperty("daemon_running").GetBoolean());
        Assert.Equal("4.0.0", status.GetProperty("version").GetString());
        Assert.Equal("user", status.GetProperty("mode").GetString());
        Assert.Equal(daemon.ConfigFile, status.GetProperty("config_path").GetString());
        Assert.Equal(daemon.Socket, status.GetProperty("socket_path").GetString());
        Assert.False(status.GetProperty("requires_sudo").GetBoolean());
        Assert.Equal(isRunning ? JsonValueKind.Number : JsonValueKind.Null, status.GetProperty("pid").ValueKind);
        CommandResult text = await daemon.CliAsync("status");
        Assert.Equal(result.ExitCode, text.ExitCode);
        Assert.Contains(isRunning ? "is running" : "is not running", text.Output, StringComparison.Ordinal);
        Assert.Contains("same-user isolation: no", text.Output, StringComparison.Ordinal);
        return [.. status.EnumerateObject().Select(property => property.Name)];
    }
}
