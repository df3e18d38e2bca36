using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

/// <summary>The executable itself: what arrives at the process's edges.</summary>
[SupportedOSPlatform("linux")]
public sealed class BuiltProgramTests : IDisposable
{
    private readonly TestDirectory _home = new();

    private static string Program => Path.Combine(AppContext.BaseDirectory, "keychain-auth");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Run_Version_IsTheLineThatProgramsCompare()
    {
        CommandResult result = await RunAsync("--version");
        Assert.Equal(new CommandResult(0, "keychain-auth version 4.0.0\n", ""), result);
    }

    [Fact]
    public async Task Run_StatusJson_PrintsUtf8WithoutMarkAndExits3()
    {
        CommandResult result = await RunAsync("status", "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("{", result.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(_home.Combine(".config", "keychain-auth", "config.json"), document.RootElement.GetProperty("config_path").GetString());
    }

    [Fact]
    public async Task Run_Usage_GoesToStderrWithExit2()
    {
        CommandResult result = await RunAsync("nonsense");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("keychain-auth: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RegisterAndRevoke_WorkWithoutADaemon()
    {
        Assert.Equal(0, (await RunAsync("register", "/bin/true", "--read", "aws")).ExitCode);
        Assert.Equal(0, (await RunAsync("check", "/bin/true", "aws")).ExitCode);
        Assert.Equal(0, (await RunAsync("revoke", "/bin/true")).ExitCode);
        Assert.Equal(4, (await RunAsync("check", "/bin/true", "aws")).ExitCode);
        Assert.Contains("Intact: 2 records", (await RunAsync("audit", "verify")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Start_BecomesTheDaemonWithACleanEnvironment()
    {
        // A stand-in for the daemon beside a copy of the command line; it tells what it was given.
        string copy = _home.Combine("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, "*").Where(IsNeeded))
        {
            ProgramFile.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        ProgramFile.Write(Path.Combine(copy, "keychain-authd"), "#!/bin/sh\necho \"$$ $LISTEN_PID $*\"\nexec env\n");

        Dictionary<string, string> environment = ProcessEnvironment();
        environment["LISTEN_FDS"] = "1";
        environment["DOTNET_STARTUP_HOOKS"] = "";
        environment["FOREIGN"] = "x";
        using System.Diagnostics.Process process = Command.Start(Path.Combine(copy, "keychain-auth"), ["start", "-s", "/x/agent.sock"], environment);
        string[] lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Equal($"{process.Id}  --socket /x/agent.sock", lines[0]);
        Assert.Contains("LISTEN_FDS=1", lines);
        Assert.Contains("DOTNET_EnableDiagnostics=0", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("FOREIGN=", StringComparison.Ordinal) || l.StartsWith("DOTNET_STARTUP_HOOKS=", StringComparison.Ordinal));
    }

    private static bool IsNeeded(string file) => Path.GetFileName(file) is var name
        && (name.StartsWith("keychain-auth.", StringComparison.Ordinal) || name == "keychain-auth"
            || name.StartsWith("KeychainAuth.Core", StringComparison.Ordinal) || name.StartsWith("KeychainAuth.Client", StringComparison.Ordinal)
            || name.StartsWith("KeychainAuth.Plugin.Abstractions", StringComparison.Ordinal) || name.StartsWith("System.CommandLine", StringComparison.Ordinal));

    private Task<CommandResult> RunAsync(params string[] arguments) => Command.RunAsync(Program, arguments, ProcessEnvironment())
        .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    private Dictionary<string, string> ProcessEnvironment()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = _home.Path, ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            environment["DOTNET_ROOT"] = root;
        }

        return environment;
    }
}
