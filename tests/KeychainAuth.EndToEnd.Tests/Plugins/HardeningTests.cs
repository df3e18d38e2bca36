using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>What the daemon's own process keeps from other programs of its user, and what it does not let in.</summary>
[SupportedOSPlatform("linux")]
public sealed class HardeningTests
{
    private static readonly TimeSpan CountedTogether = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("head -c 1 /proc/{0}/mem")]
    [InlineData("cat /proc/{0}/environ")]
    [InlineData("cat /proc/{0}/maps")]
    [InlineData("cat /proc/{0}/auxv")]
    [InlineData("ls /proc/{0}/fd/")]
    [InlineData("readlink -v /proc/{0}/exe")]
    [InlineData("cat /proc/{0}/syscall")]
    public async Task Process_AnotherProgramOfTheSameUser_CannotLookInside(string command)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = PluginTest.OrdinaryUser });
        CommandResult attempt = await daemon.RunAsync("sh", "-c", Of(command, daemon.ProcessId));
        Assert.NotEqual(0, attempt.ExitCode);
        Assert.Contains("Permission denied", attempt.Error, StringComparison.Ordinal);

        // The same look at an ordinary program of that user succeeds, or at least fails for another reason (mem: nothing
        // is mapped at 0), so it is the daemon that says no.
        await using RelayClient ordinary = await daemon.ConnectRegisteredAsync();

        // Until it answers, the process may still be the one that changes the user, which cannot be looked at either.
        Assert.NotNull(await ordinary.AskAsync("""{"type":"REQUEST","action":"check"}"""));
        CommandResult control = await daemon.RunAsync("sh", "-c", Of(command, ordinary.ProcessId));
        Assert.DoesNotContain("Permission denied", control.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_CoreLimit_IsZeroAndCannotBeRaised()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { UserId = PluginTest.OrdinaryUser });
        string line = Assert.Single(await File.ReadAllLinesAsync($"/proc/{daemon.ProcessId}/limits", Cancellation), l => l.StartsWith("Max core file size", StringComparison.Ordinal));
        Assert.Equal(["0", "0", "bytes"], line["Max core file size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Start_Running_LeavesNoDiagnosticsSocketAnywhere()
    {
        using var temporary = new TestDirectory();
        File.SetUnixFileMode(temporary.Path, (UnixFileMode)0b001_111_111_111);

        // Processes that were killed leave theirs behind, and their ids come round again.
        HashSet<string> stale = [.. Directory.EnumerateFileSystemEntries("/tmp")];
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions
        {
            UserId = PluginTest.OrdinaryUser,
            Environment = new Dictionary<string, string> { ["TMPDIR"] = temporary.Path, ["DOTNET_EnableDiagnostics"] = "1" },
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.Path));
        string id = daemon.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries("/tmp", $"*-{id}-*"),
            path => !stale.Contains(path) && (path.Contains("dotnet-diagnostic", StringComparison.Ordinal) || path.Contains("clr-debug", StringComparison.Ordinal)));
        Assert.DoesNotContain($"dotnet-diagnostic-{id}-", await File.ReadAllTextAsync("/proc/net/unix", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PreloadThroughTheCommandLine_NeverReachesTheDaemon()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        string library = await daemon.CompileAsync("preloaded", "preloaded.so", "-shared", "-fPIC");
        string marks = Path.Combine(daemon.Work, "marks");
        daemon.Environment["PRELOAD_MARKS"] = marks;
        daemon.Environment["LD_PRELOAD"] = library;
        await daemon.StartProcessAsync();
        string[] ran = await File.ReadAllLinesAsync(marks, Cancellation);
        Assert.Contains(Path.Combine(RepositoryPaths.Tree, "keychain-auth"), ran);
        Assert.DoesNotContain(Path.Combine(RepositoryPaths.Tree, "keychain-authd"), ran);
        await daemon.WaitForOutputAsync("LD_PRELOAD").WaitAsync(Patience, Cancellation);
    }

    [Theory]
    [InlineData("DOTNET_STARTUP_HOOKS", "/nowhere/hook.dll")]
    [InlineData("DOTNET_ADDITIONAL_DEPS", "/nowhere")]
    [InlineData("CORECLR_PROFILER_PATH", "/nowhere/profiler.so")]
    [InlineData("OPENSSL_CONF", "/nowhere/openssl.cnf")]
    [InlineData("DOTNET_DiagnosticPorts", "/nowhere/port")]
    public async Task Start_CodeLoadingVariableThroughTheCommandLine_IsLeftOutAndSaidSo(string name, string value)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { Environment = new Dictionary<string, string> { [name] = value } });
        await daemon.WaitForOutputAsync(name).WaitAsync(Patience, Cancellation);
        await daemon.WaitForOutputAsync("not passed on to the daemon").WaitAsync(Patience, Cancellation);
        if (PluginTest.IsRoot)
        {
            Assert.DoesNotContain(name, await File.ReadAllTextAsync($"/proc/{daemon.ProcessId}/environ", Cancellation), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("DOTNET_STARTUP_HOOKS", "/nowhere/hook.dll")]
    [InlineData("LD_PRELOAD", "/nowhere/x.so")]
    [InlineData("LD_LIBRARY_PATH", "/nowhere")]
    [InlineData("OPENSSL_CONF", "/nowhere/openssl.cnf")]
    [InlineData("DOTNET_DiagnosticPorts", "/nowhere/port,nosuspend")]
    [InlineData("GIO_EXTRA_MODULES", "/nowhere")]
    public async Task Start_DaemonItselfWithACodeLoadingVariable_IsRefused(string name, string value)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        daemon.Environment["DOTNET_EnableDiagnostics"] = "0";
        daemon.Environment[name] = value;
        CommandResult result = await Command.RunAsync(Path.Combine(RepositoryPaths.Tree, "keychain-authd"), [], daemon.Environment);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"keychain-authd: The variable {name} can load foreign code into the daemon", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.Socket));
    }

    [Fact]
    public async Task Start_DaemonItselfWithDiagnosticsOpen_IsRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        CommandResult result = await Command.RunAsync(Path.Combine(RepositoryPaths.Tree, "keychain-authd"), [], daemon.Environment);
        Assert.StartsWith("The .NET diagnostics port is open to every program of this user", PluginTest.Sentence(result, daemon), StringComparison.Ordinal);
    }

    // Counts of refusals are written at the end; where the log does not take them, the daemon says so and ends in order.
    [Fact]
    public async Task Stop_AuditLogCannotBeWritten_EndsInOrderAndSaysWhy()
    {
        TimeSpan took;
        int attempts = 0;
        do
        {
            // Had it taken longer than refusals are counted together, there would have been nothing left to write.
            Assert.True(attempts++ < 5, "Refusing and stopping takes too long each time.");
            long start;
            await using TestDaemon daemon = await TestDaemon.StartAsync();
            await using (Speaker stranger = await Speaker.StartAsync(daemon, await Speaker.CompileAsync(daemon)))
            {
                start = Stopwatch.GetTimestamp();
                for (int i = 0; i < 12; i++)
                {
                    await stranger.DoAsync("connect");
                    Assert.NotNull(await stranger.ReceiveAsync());
                }
            }

            File.Move(daemon.AuditFile, daemon.AuditFile + ".aside");
            Directory.CreateDirectory(daemon.AuditFile);
            Assert.Equal(0, await daemon.StopAsync());
            took = Stopwatch.GetElapsedTime(start);
            Assert.True(
                took >= CountedTogether || daemon.Output.Contains($"The audit log {daemon.AuditFile} cannot be written", StringComparison.Ordinal), daemon.Output);
            Assert.DoesNotContain("Unhandled exception", daemon.Output, StringComparison.Ordinal);
            Assert.False(File.Exists(daemon.Socket));
        }
        while (took >= CountedTogether);
    }

    private static string Of(string command, int processId) => string.Format(CultureInfo.InvariantCulture, command, processId);
}
