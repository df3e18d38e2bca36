using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Rows 8 to 11: what is in a process beside the program it was started from.</summary>
[SupportedOSPlatform("linux")]
public sealed class MemoryRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const string Memory = "attack-memory";

    [Theory]
    [InlineData("LD_PRELOAD", "8a")]
    [InlineData("LD_AUDIT", "8b")]
    public async Task Row08_LibraryLoadedByTheEnvironment_IsFound(string variable, string row)
    {
        (AttackResult naive, AttackResult userMode, string approved) = await PreloadAsync(variable);
        Stops(row, $"a library in the approved program by {variable}", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row08_ApprovedLibraryReplaced_IsFound()
    {
        string honestLibrary = await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER", "-DHONEST");
        string evilLibrary = await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER");
        async Task<(int Honest, AttackResult Got)> Attack(AttackedDaemon daemon)
        {
            string library = await daemon.InstallAsync(honestLibrary, "libhelper.so");
            string directory = Path.GetDirectoryName(library)!;
            string approved = await daemon.Daemon.CompileAsync(
                "attack-approved", Path.GetRelativePath(daemon.Daemon.Work, Path.Combine(directory, "approved")), "-DLIBRARY", library, "-Wl,-rpath,$ORIGIN");
            await daemon.GiveAsync(approved);
            await daemon.Daemon.CliOkAsync("register", approved, "--read", "vault");
            int honest = await daemon.UseHonestlyAsync(approved, "once", Tries);
            File.Delete(library);
            File.Copy(evilLibrary, library);
            await daemon.GiveAsync(library);
            return (honest, daemon.Judge(await daemon.RepeatAsync($"'{approved}' '{daemon.Daemon.Socket}' once", Tries)));
        }

        AttackResult naive = (await Attack(Naive)).Got;
        (int honest, AttackResult userMode) = await Attack(UserMode);
        Stops("8c", "a library of the user's, beside the approved program, replaced", naive, userMode, (honest, Tries));
    }

    [Fact]
    public async Task Row08_PreloadThatHidesItsCode_IsAKnownLimit()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await PreloadAsync("LD_PRELOAD", "-DHIDING");
        IsKnownLimit("8d", "a preload that makes its code unexecutable while it is looked for", naive, userMode, await HonestAsync(approved));
    }

    [Theory]
    [InlineData("read", "9a", "starts the approved program and reads its memory")]
    [InlineData("write", "9b", "starts the approved program and writes code into it")]
    [InlineData("getfd", "9c", "takes the approved program's connection by pidfd_getfd")]
    public async Task Row09_ReachesIntoTheApprovedProgram_IsAKnownLimit(string how, string row, string attack)
    {
        Assert.SkipUnless(how != "write" || RuntimeInformation.ProcessArchitecture == Architecture.X64, "The code that is put in is written for x86-64.");
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync(Memory, [how]);
        IsKnownLimit(row, attack, naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row09_DebuggerThatStays_IsFound()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync(Memory, ["trace"]);
        Stops("9d", "traces the approved program from its first instruction on", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row09_SupervisorThatReadsTheAnswers_IsAKnownLimit()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync("attack-supervise", []);
        IsKnownLimit("9e", "supervises the approved program by seccomp, reads its answers", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row10_ExecutableForgedAndOwnCodeUnmapped_IsAKnownLimit()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync("attack-forged-exe", []);
        IsKnownLimit("10", "forges its executable's name, running library code only", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row11_ReachesIntoTheDaemon_IsRefused()
    {
        const int Ways = 12;
        string attacker = await Fixture.ProgramAsync("attack-process");
        string approved = await Naive.ApproveAsync(await Fixture.ApprovedAsync());
        int times = (Tries + Ways - 1) / Ways;
        string timesText = times.ToString(CultureInfo.InvariantCulture);

        // The control is any other process of the same user: all of these work there.
        CommandResult control = await Naive.Daemon.RunAsync(
            "sh", "-c", $"'{approved}' '{Naive.Daemon.Socket}' pause & victim=$!; '{attacker}' $victim {timesText}; kill $victim");
        CommandResult real = await UserMode.Daemon.RunAsync(attacker, UserMode.Daemon.ProcessId.ToString(CultureInfo.InvariantCulture), timesText);
        Assert.Equal(Ways * times, Lines(real, "tried"));
        Stops("11", "12 ways into the daemon's own process (naive: into any other's)", new AttackResult(Lines(control, "worked"), ""), new AttackResult(Lines(real, "worked"), ""), null, Ways * times);
    }

    private static int Lines(CommandResult result, string word)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output.Split('\n').Count(line => line.StartsWith(word, StringComparison.Ordinal));
    }

    private async Task<(AttackResult Naive, AttackResult UserMode, string Approved)> PreloadAsync(string variable, params string[] options)
    {
        string library = await Fixture.ProgramAsync("attack-preload", ["-shared", "-fPIC", "-O2", .. options]);
        async Task<(AttackResult Got, string Approved)> Attack(AttackedDaemon daemon)
        {
            string approved = await daemon.ApproveAsync(await Fixture.ApprovedAsync());

            // The attacker's own file; one of root's would count as the system's.
            string own = await daemon.InstallAsync(library, "intruder.so");
            return (daemon.Judge(await daemon.RepeatAsync($"{variable}='{own}' '{approved}' '{daemon.Daemon.Socket}' once", Tries)), approved);
        }

        AttackResult naive = (await Attack(Naive)).Got;
        (AttackResult userMode, string approved) = await Attack(UserMode);
        return (naive, userMode, approved);
    }
}
