using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>
/// What system mode rests on, shown on the kernel that runs here: an ordinary program that a set-group-id one starts
/// keeps its group, and with it is closed to its own user. The starter here does nothing but start, and passes everything on.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class MeasuredBasisTests(LauncherPlace place) : LauncherTest(place)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task SetGroupId_AcrossExec_KeepsTheGroupAndStartsSecurely()
    {
        CommandResult result = await LauncherPlace.AsUserAsync(Nothing, await SetGroupIdStarterAsync(), "plainly", Place.Program);
        AssertRan(result);
        Assert.Contains($"groups {LauncherPlace.User} {LauncherPlace.Group} {LauncherPlace.Group}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("secure 1\ndumpable 0\nprotected 1\n", result.Output, StringComparison.Ordinal);

        CommandResult control = await LauncherPlace.AsUserAsync(Nothing, Place.Starter, "plainly", Place.Program);
        Assert.Contains("secure 0\ndumpable 1\nprotected 0\n", control.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetGroupId_AcrossExec_IgnoresPreloading()
    {
        string library = Path.Combine(Place.Public, $"preload-{Guid.NewGuid():N}.so");
        CommandResult compiled = await Command.RunAsync(
            "gcc", ["-shared", "-fPIC", "-x", "c", "-o", library, "-"],
            input: "#include <unistd.h>\n__attribute__((constructor)) static void start(void) { if (write(1, \"preloaded\\n\", 10) != 10) _exit(1); }"u8.ToArray());
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
        string[] preloading = ["/usr/bin/env", $"LD_PRELOAD={library}", $"LD_AUDIT={library}"];

        CommandResult control = await LauncherPlace.AsUserAsync(Nothing, [.. preloading, Place.Starter, "plainly", Place.Program]);
        Assert.Contains("preloaded", control.Output, StringComparison.Ordinal);
        CommandResult result = await LauncherPlace.AsUserAsync(Nothing, [.. preloading, await SetGroupIdStarterAsync(), "plainly", Place.Program]);
        AssertRan(result);
        Assert.DoesNotContain("preloaded", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The 12 ways of red team row 11: memory, files, descriptors, tracing, process_vm, pidfd_getfd.</summary>
    [Fact]
    public async Task SetGroupId_AcrossExec_ClosesTheProcessToItsUser()
    {
        string attacker = await NativeProgram.CompileAsync("attack-process", Path.Combine(Place.Public, $"attack-{Guid.NewGuid():N}"));
        Assert.Equal((12, 12), await AttackAsync(attacker, Place.Starter));
        Assert.Equal((12, 0), await AttackAsync(attacker, await SetGroupIdStarterAsync()));
    }

    [Fact]
    public async Task SetGroupId_AcrossExec_ShowsTheGroupToWhomItConnects()
    {
        string path = Path.Combine(Place.Public, $"{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        listener.Listen();
        Task<CommandResult> running = LauncherPlace.AsUserAsync(Nothing, await SetGroupIdStarterAsync(), "plainly", Place.Program, "connect", path);
        using Socket connection = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        int[] credentials = new int[3];
        connection.GetRawSocketOption(1, 17, MemoryMarshal.AsBytes(credentials.AsSpan())); // SOL_SOCKET, SO_PEERCRED
        Assert.Equal((LauncherPlace.User, LauncherPlace.Group), ((uint)credentials[1], (uint)credentials[2]));
        AssertRan(await running);
    }

    private static Dictionary<string, string> Nothing => [];

    private async Task<string> SetGroupIdStarterAsync()
    {
        LauncherPlace.NeedRoot();
        string path = ProgramFile.Copy(Place.Starter, Path.Combine(Place.Public, $"starter-{Guid.NewGuid():N}"));
        await LauncherPlace.ShellAsync($"chgrp {LauncherPlace.Group} '{path}' && chmod 2755 '{path}'");
        return path;
    }

    private async Task<(int Tried, int Worked)> AttackAsync(string attacker, string starter)
    {
        LauncherPlace.NeedRoot();
        using Process victim = Command.Start("/usr/bin/setpriv", [.. LauncherPlace.Identity, "--", starter, "plainly", Place.Program, "wait"], new Dictionary<string, string> { ["LANG"] = "C" });
        try
        {
            while (await victim.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken) is { } line
                && !line.StartsWith("ShdPnd", StringComparison.Ordinal) && !line.StartsWith("SigCgt", StringComparison.Ordinal))
            {
                // Until it has said all: it waits then.
            }

            CommandResult result = await LauncherPlace.AsUserAsync(Nothing, attacker, victim.Id.ToString(CultureInfo.InvariantCulture), "1");
            Assert.True(result.ExitCode == 0, result.ToString());
            string[] lines = result.Output.Split('\n');
            return (lines.Count(l => l.StartsWith("tried", StringComparison.Ordinal)), lines.Count(l => l.StartsWith("worked", StringComparison.Ordinal)));
        }
        finally
        {
            victim.Kill();
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
