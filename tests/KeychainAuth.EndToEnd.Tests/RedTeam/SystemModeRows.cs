using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.SystemMode;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>
/// The same attacks where system mode is installed, by the user's own programs: each against the approved program as it
/// is, and started through the launcher. What user mode can only call a known limit has to fail here.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SystemModeRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const string Handover = "attack-handover";
    private const string Memory = "attack-memory";

    /// <summary>The common shape: ATTACKER SOCKET TRIES APPROVED [MORE].</summary>
    [Theory]
    [InlineData("1", "attack-claimed-pid", "")]
    [InlineData("3a", Handover, "queued")]
    [InlineData("3c", Handover, "hello")]
    [InlineData("4a", Handover, "child")]
    [InlineData("4b", Handover, "passed")]
    [InlineData("4c", Handover, "splice")]
    [InlineData("4c", Handover, "sendfile")]
    [InlineData("4c", Handover, "aio")]
    [InlineData("4c", Handover, "uring")]
    [InlineData("5", Handover, "forged")]
    [InlineData("9a", Memory, "read")]
    [InlineData("9b", Memory, "write")]
    [InlineData("9c", Memory, "getfd")]
    [InlineData("9d", Memory, "trace")]
    [InlineData("9e", "attack-supervise", "")]
    [InlineData("10", "attack-forged-exe", "")]
    public async Task Attack_OnOrThroughTheApprovedProgram_Fails(string row, string attacker, string how)
    {
        Assert.SkipUnless(how != "write" || RuntimeInformation.ProcessArchitecture == Architecture.X64, "The code that is put in is written for x86-64.");
        AttackedSystem system = await Fixture.SystemModeAsync();
        string[] registration = row == "3c" ? ["--protocol", "2"] : [];
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync(), registration);
        string launched = await system.ThroughLauncherAsync(approved);
        string program = await Fixture.ProgramAsync(attacker);
        string[] more = how.Length == 0 ? [] : [how];
        AttackResult direct = await system.RepeatAsync(Tries, AttackedSystem.User, [program, SystemWorld.Socket, "1", approved, .. more]);
        AttackResult through = await system.RepeatAsync(Tries, AttackedSystem.User, [program, SystemWorld.Socket, "1", launched, .. more]);
        Enter(row, 2 * Tries, direct + through, await system.UseHonestlyAsync(Tries / 4, approved, SystemWorld.Socket, row == "3c" ? "hello" : "once"));
    }

    [Fact]
    public async Task Row00_ReadsTheFileKeyring_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string state = await system.World.StateOfAsync(AttackedSystem.User);
        Enter("0a", Tries, await system.RepeatAsync(Tries, AttackedSystem.User, "sh", "-c", $"cat {state}/plugins/*/* {state}/*"), null);
    }

    [Fact]
    public async Task Row00_RegistersItself_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string stranger = await system.InstallAsync(await Fixture.StrangerAsync());
        AttackResult result = await system.RepeatAsync(
            Tries, AttackedSystem.User, "sh", "-c",
            $"'{SystemWorld.Program}' register '{stranger}' --read vault --launch optional; '{stranger}' {SystemWorld.Socket} once; '{AttackedSystem.Launcher}' '{stranger}' {SystemWorld.Socket} once");
        Enter("0b", Tries, result, null);
    }

    [Fact]
    public async Task Row02_ApprovedProgramGetsTheNumberOfADeadPeer_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string user = await system.World.IdOfAsync(AttackedSystem.User);
        string attacker = await Fixture.ProgramAsync("attack-pid-reuse");
        AttackResult direct = await system.RepeatAsync(Tries, SystemWorld.Root, attacker, SystemWorld.Socket, "1", approved, user);
        AttackResult through = await system.RepeatAsync(Tries, SystemWorld.Root, attacker, SystemWorld.Socket, "1", await system.ThroughLauncherAsync(approved), user);
        Enter("2", 2 * Tries, direct + through, null);
    }

    [Fact]
    public async Task Row06_OwnFileMountedOverTheApprovedPath_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string stranger = await Fixture.StrangerAsync();
        string attacker = await Fixture.ProgramAsync("attack-mount");
        AttackResult direct = await system.RepeatAsync(Tries, AttackedSystem.User, attacker, SystemWorld.Socket, "1", approved, stranger);

        // The same, and the launcher in that namespace told to start what lies there now.
        AttackResult through = await system.RepeatAsync(
            Tries, AttackedSystem.User, "unshare", "-Urm", "sh", "-c", $"mount --bind '{stranger}' '{approved}'; '{AttackedSystem.Launcher}' '{approved}' {SystemWorld.Socket} once");
        Enter("6", 2 * Tries, direct + through, null);
    }

    [Fact]
    public async Task Row07_FilesChangePlacesBetweenLooks_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string stranger = Path.Combine(Path.GetDirectoryName(approved)!, "stranger");
        await system.World.OkAsync(AttackedSystem.User, "cp", await Fixture.StrangerAsync(), stranger);
        AttackResult direct = await system.RepeatAsync(
            Tries, AttackedSystem.User, await Fixture.ProgramAsync("attack-exchange"), SystemWorld.Socket, "1", approved, stranger);

        // The launcher, at a path that is the stranger's and the approved program's in turns.
        AttackResult through = await system.RepeatAsync(
            Tries, AttackedSystem.User, "sh", "-c",
            $"(while :; do mv -T --exchange '{approved}' '{stranger}' 2> /dev/null || {{ ln -sf '{stranger}' '{stranger}.at'; ln -sf '{approved}' '{stranger}.at'; }}; done) & w=$!; '{AttackedSystem.Launcher}' '{stranger}.at' {SystemWorld.Socket} once; '{AttackedSystem.Launcher}' '{approved}' {SystemWorld.Socket} once; kill $w");
        Enter("7a", 2 * Tries, direct + through, null);
    }

    [Fact]
    public async Task Row07_FileSystemThatLies_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        long size = Math.Max(new FileInfo(await Fixture.ApprovedAsync()).Length, new FileInfo(await Fixture.StrangerAsync()).Length);
        string lying = await system.InstallAsync(await Fixture.ApprovedAsync(), "program", size);
        string approved = await system.InstallAsync(await Fixture.ApprovedAsync(), "approved", size);
        string stranger = await system.InstallAsync(await Fixture.StrangerAsync(), "stranger", size);
        await system.RegisterAsync(lying);
        AttackResult direct = await system.RepeatAsync(
            Tries, SystemWorld.Root, await Fixture.ProgramAsync("attack-fuse"), SystemWorld.Socket, "1", approved, stranger, Path.GetDirectoryName(lying)!, await system.World.IdOfAsync(AttackedSystem.User));
        Enter("7b", Tries, direct, null);
    }

    [Theory]
    [InlineData("LD_PRELOAD", "8a", "")]
    [InlineData("LD_AUDIT", "8b", "")]
    [InlineData("LD_PRELOAD", "8d", "-DHIDING")]
    public async Task Row08_LibraryLoadedByTheEnvironment_Fails(string variable, string row, string option)
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string library = await system.InstallAsync(
            await Fixture.ProgramAsync("attack-preload", ["-shared", "-fPIC", "-O2", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]), "intruder.so");
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        AttackResult direct = await system.RepeatAsync(Tries, AttackedSystem.User, "env", $"{variable}={library}", approved, SystemWorld.Socket, "once");
        AttackResult through = await system.RepeatAsync(Tries, AttackedSystem.User, "env", $"{variable}={library}", AttackedSystem.Launcher, approved, SystemWorld.Socket, "once");
        Enter(row, 2 * Tries, direct + through, await system.UseHonestlyAsync(Tries, approved, SystemWorld.Socket, "once"));
    }

    /// <summary>A program with a library of its user's, which another one replaces before it starts, and writes over while it runs.</summary>
    [Fact]
    public async Task Row08_ApprovedLibraryReplacedOrWrittenOver_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string honestLibrary = await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER", "-DHONEST");
        string strange = await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER");
        string library = await system.InstallAsync(honestLibrary, "libhelper.so");
        string approved = await system.ApproveAsync(await LinkedAsync(system, library));
        string[] direct = [approved, SystemWorld.Socket, "once"];
        string[] through = [AttackedSystem.Launcher, .. direct];
        AttackResult asItIs = await system.RepeatAsync(Tries, AttackedSystem.User, through);
        AttackResult over = await system.RepeatAsync(
            Tries, AttackedSystem.User, "sh", "-c", $"'{AttackedSystem.Launcher}' '{approved}' {SystemWorld.Socket} once & cat '{strange}' > '{library}'; wait; cat '{honestLibrary}' > '{library}'");
        await system.World.OkAsync(AttackedSystem.User, "cp", "--remove-destination", strange, library);
        AttackResult replaced = await system.RepeatAsync(Tries, AttackedSystem.User, direct) + await system.RepeatAsync(Tries, AttackedSystem.User, through);

        // The same program where root has installed its library.
        string roots = Path.Combine(system.World.Work, "libhelper.so");
        File.Copy(honestLibrary, roots);
        File.SetUnixFileMode(roots, (UnixFileMode)0b111_101_101);
        string closed = await system.ApproveAsync(await LinkedAsync(system, roots));
        Enter("8c", 4 * Tries, asItIs + over + replaced, await system.UseHonestlyAsync(Tries, closed, SystemWorld.Socket, "once"));
    }

    [Fact]
    public async Task Row11_ReachesIntoTheDaemon_Fails()
    {
        const int Ways = 12;
        int times = (Tries + Ways - 1) / Ways;
        AttackedSystem system = await Fixture.SystemModeAsync();
        CommandResult result = await system.World.RunAsync(
            AttackedSystem.User, await Fixture.ProgramAsync("attack-process"),
            system.World.Daemon!.Id.ToString(CultureInfo.InvariantCulture), times.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(Ways * times, result.Output.Split('\n').Count(l => l == "tried"));
        Enter("11", Ways * times, new AttackResult(result.Output.Split('\n').Count(l => l.StartsWith("worked", StringComparison.Ordinal)), ""), null);
    }

    /// <summary>A script is an identity of its own here: what else its interpreter runs is none.</summary>
    [Fact]
    public async Task Row12_AnotherScriptOfAnApprovedScriptsInterpreter_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string honest = await ScriptAsync(system, "print('ok' if '\"value\"' in said else said)");
        string stranger = await ScriptAsync(system, "print(said)");
        await system.World.RunAsync(AttackedSystem.User, AttackedSystem.Launcher, "--script", honest);
        await system.World.OkAsync(SystemWorld.Root, SystemWorld.Program, "approve", await PendingHashAsync(system, honest), "--user", AttackedSystem.User);
        await system.World.OkAsync(SystemWorld.Root, SystemWorld.Program, "allow", honest, "--user", AttackedSystem.User, "--read", "vault");
        AttackResult other = await system.RepeatAsync(Tries, AttackedSystem.User, AttackedSystem.Launcher, "--script", stranger);
        AttackResult bare = await system.RepeatAsync(Tries, AttackedSystem.User, honest);
        AttackResult interpreter = await system.RepeatAsync(Tries, AttackedSystem.User, AttackedSystem.Launcher, "/usr/bin/python3", "-I", stranger);
        Enter("12", 3 * Tries, other + bare + interpreter, await system.UseHonestlyAsync(Tries, "--script", honest));
    }

    /// <summary>A .NET program in its user's home, which is refused as it is, and one that root has installed.</summary>
    [Fact]
    public async Task Row13_AssemblyBesideAnApprovedHostReplaced_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string program = await system.InstallTreeAsync(await Fixture.HostedClientAsync());
        string assembly = Path.ChangeExtension(program, ".dll");
        string[] read = [program, "read", "vault", "token"];
        await system.RegisterAsync(program);
        string other = Path.Combine(system.World.Work, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(other, InterpreterRows.SayingGot(await File.ReadAllBytesAsync(assembly, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(other, (UnixFileMode)0b111_101_101);
        await system.World.OkAsync(AttackedSystem.User, "cp", "--remove-destination", other, assembly);
        AttackResult direct = await system.RepeatAsync(Tries, AttackedSystem.User, read);
        AttackResult through = await system.RepeatAsync(Tries, AttackedSystem.User, [AttackedSystem.Launcher, .. read]);

        const int Few = 40; // Starting the runtime takes a while; the attack itself is tried in full.
        string roots = await Fixture.HostedClientAsync();
        await system.RegisterAsync(roots, "--jit");
        AttackResult honest = await system.RepeatAsync(Few, AttackedSystem.User, AttackedSystem.Launcher, roots, "read", "vault", "token");
        Enter("13", 2 * Tries, direct + through, (honest.Successes, Few));
    }

    [Fact]
    public async Task Row14_ApprovedFileRewrittenInPlace_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        long size = Math.Max(new FileInfo(await Fixture.ApprovedAsync()).Length, new FileInfo(await Fixture.StrangerAsync()).Length);
        string approved = await system.InstallAsync(await Fixture.ApprovedAsync(), size: size);
        string good = await system.InstallAsync(await Fixture.ApprovedAsync(), size: size);
        string stranger = await system.InstallAsync(await Fixture.StrangerAsync(), size: size);
        await system.RegisterAsync(approved);
        AttackResult direct = await system.RepeatAsync(
            Tries, AttackedSystem.User, await Fixture.ProgramAsync("attack-rewrite"), SystemWorld.Socket, "1", approved, stranger);
        await system.World.OkAsync(AttackedSystem.User, "cp", good, approved);
        AttackResult through = await system.RepeatAsync(
            Tries, AttackedSystem.User, "sh", "-c",
            $"cat '{stranger}' > '{approved}'; touch -r '{good}' '{approved}'; '{AttackedSystem.Launcher}' '{approved}' {SystemWorld.Socket} once; cat '{good}' > '{approved}'; touch -r '{good}' '{approved}'");
        Enter("14", 2 * Tries, direct + through, await system.UseHonestlyAsync(Tries, approved, SystemWorld.Socket, "once"));
    }

    [Fact]
    public async Task Row15_NameThatReadsAsAnother_Fails()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string relay = await system.InstallAsync(await Fixture.ProgramAsync("relay"));
        await system.World.OkAsync(SystemWorld.Root, SystemWorld.Program, "register", relay, "--user", AttackedSystem.User, "--read", "demo", "--search");
        string lines = Path.Combine(system.World.Work, $"requests-{Guid.NewGuid():N}");
        await File.WriteAllLinesAsync(lines, NameRows.Requests, TestContext.Current.CancellationToken);
        int rounds = Tries / NameRows.Requests.Length;
        AttackResult result = await system.RepeatAsync(
            rounds, AttackedSystem.User, "sh", "-c",
            $"while IFS= read -r line; do printf '%s\\n' \"$line\" | '{AttackedSystem.Launcher}' '{relay}' {SystemWorld.Socket}; done < '{lines}'");
        Assert.Contains("service_not_allowed", result.Refusals, StringComparison.Ordinal);
        Enter("15", rounds * NameRows.Requests.Length, result, null);
    }

    [Theory]
    [InlineData("16a", SystemWorld.Bob)]
    [InlineData("16b", SystemWorld.Alice)]
    public async Task Row16_TakesTheDaemonsPlace_Fails(string row, string thief)
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        const string Ways =
            "rm -f /run/keychain-auth/agent.sock && echo worked; mv /run/keychain-auth /run/gone && echo worked; mkdir /run/keychain-auth/x && echo worked; "
            + "ln -sf /tmp/x /run/keychain-auth/agent.sock && echo worked; kill -9 $1 && echo worked; kill -STOP $1 && echo worked; true";
        int worked = 0;
        for (int i = 0; i < Tries; i++)
        {
            CommandResult result = await system.World.RunAsync(thief, "sh", "-c", Ways, "squat", system.World.Daemon!.Id.ToString(CultureInfo.InvariantCulture));
            worked += result.Output.Split('\n').Count(l => l == "worked");
        }

        Enter(row, Tries, new AttackResult(worked, ""), null);
    }

    /// <summary>The daemon cannot be crowded by one user so that another is not served.</summary>
    [Fact]
    public async Task Row17_AnotherUserHoldsAndStormsConnections_HonestProgramsAreServed()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string flood = await Fixture.ProgramAsync("attack-flood");
        await using WorldProcess storm = await system.StayAsync(
            "storms", SystemWorld.Bob, "sh", "-c", $"echo storms; while :; do '{flood}' {SystemWorld.Socket} storm 500 > /dev/null 2>&1; done");
        await AreServedAsync(system, "17a", approved);
    }

    [Fact]
    public async Task Row17_HugeStrangerConnectsWithoutEnd_HonestProgramsAreServed()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string huge = await system.InstallAsync(await Fixture.ProgramAsync("attack-flood"), "huge", 4L << 30);
        await using WorldProcess flood = await system.StayAsync("connected 1500", AttackedSystem.User, huge, SystemWorld.Socket, "idle", "1500");
        await AreServedAsync(system, "17b", approved);
    }

    /// <summary>All that three programs may hold of the user's and of the daemon's connections, at its ordinary limits.</summary>
    [Fact]
    public async Task Row17_ApprovedProgramsTakeAllTheyMay_OtherProgramsAreServed()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        await using WorldProcess first = await GreedyAsync(system);
        await using WorldProcess second = await GreedyAsync(system);
        await using WorldProcess third = await GreedyAsync(system);
        await AreServedAsync(system, "17c", approved);
    }

    /// <summary>
    /// The launcher hands over an open file of a file system in another user's process, and that lets nobody close it. A
    /// thread that tries cannot even be killed: 94 of the daemon's were stuck so before the launcher looked.
    /// </summary>
    [Fact]
    public async Task Row17_LaunchedFilesThatCannotBeClosed_HonestProgramsAreServed()
    {
        const int Launches = 150;
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ApprovedAsync());
        string mountPoint = Path.Combine(system.World.Work, Guid.NewGuid().ToString("N"));
        await system.World.OkAsync(SystemWorld.Root, "mkdir", mountPoint);
        await using WorldProcess files = await system.StayAsync(
            "ready", SystemWorld.Root, await Fixture.ProgramAsync("fuseserver"), mountPoint, "/bin/true", "stubborn");
        await using WorldProcess launches = await system.StayAsync(
            "launching", SystemWorld.Bob, "sh", "-c", $"for i in $(seq {Launches}); do {AttackedSystem.Launcher} {mountPoint}/program & done; echo launching; wait");
        try
        {
            await launches.WaitForAsync("lies on FUSE");
            await files.WaitForAsync("closing");
            await AreServedAsync(system, "17f", approved);
        }
        finally
        {
            await files.DisposeAsync();
        }
    }

    [Fact]
    public async Task Row18_JunkWithNamesMadeToBeMisread_ForgesNothing()
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string directory = Path.GetDirectoryName(await system.InstallAsync(await Fixture.StrangerAsync()))!;
        AttackResult junk = await system.RepeatAsync(1, AttackedSystem.User, await Fixture.ProgramAsync("attack-junk"), SystemWorld.Socket, TriesText, directory);
        int forged = (await system.World.AuditOfAsync(AttackedSystem.User))
            .Count(r => r.GetProperty("result").GetString() == "GRANTED" && r.GetRawText().Contains("junk", StringComparison.Ordinal));
        Enter("18", Tries, new AttackResult(forged + junk.Successes, junk.Refusals), null);
    }

    /// <summary>Programs that people use, each launched; what a script and its interpreter are, too.</summary>
    [Theory]
    [InlineData("C program", "")]
    [InlineData("static C program", "-static")]
    [InlineData("position-dependent C program", "-no-pie")]
    public async Task Honest_LaunchedProgram_IsServed(string what, string option)
    {
        AttackedSystem system = await Fixture.SystemModeAsync();
        string approved = await system.ApproveAsync(await Fixture.ProgramAsync("attack-approved", option.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Note(what, await system.UseHonestlyAsync(Tries, approved, SystemWorld.Socket, "once"));
        Note($"{what}, version 2", await system.UseHonestlyAsync(Tries, approved, SystemWorld.Socket, "hello"));
    }

    private static async Task<string> ScriptAsync(AttackedSystem system, string tell)
    {
        string source = Path.Combine(system.World.Work, Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(
            source,
            $$$"""
            #!/usr/bin/python3 -I
            import socket
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect("{{{SystemWorld.Socket}}}")
            try:
                daemon.sendall(b'{"type":"REQUEST","action":"read","service":"vault","targets":["token"]}\n')
            except OSError:
                pass
            said = daemon.recv(4096).decode().strip()
            {{{tell}}}

            """);
        File.SetUnixFileMode(source, (UnixFileMode)0b111_101_101);
        return await system.InstallAsync(source, "script.py");
    }

    private static async Task<string> PendingHashAsync(AttackedSystem system, string path)
    {
        string pending = await system.World.OkAsync(SystemWorld.Root, SystemWorld.Program, "list-pending", "--json", "--user", AttackedSystem.User);
        return JsonDocument.Parse(pending).RootElement.EnumerateArray()
            .Single(e => e.TryGetProperty("script", out JsonElement script) && script.GetProperty("path").GetString() == path)
            .GetProperty("script").GetProperty("hash").GetString()!;
    }

    /// <summary>The approved program, linked to a library.</summary>
    private static Task<string> LinkedAsync(AttackedSystem system, string library) =>
        system.World.CompileAsync("attack-approved", "-DLIBRARY", library, $"-Wl,-rpath,{Path.GetDirectoryName(library)}");

    private async Task<WorldProcess> GreedyAsync(AttackedSystem system)
    {
        string greedy = await system.ApproveAsync(await Fixture.ProgramAsync("attack-flood"), "--launch", "optional");
        return await system.StayAsync("connected 2500", AttackedSystem.User, greedy, SystemWorld.Socket, "idle", "2500");
    }

    private async Task AreServedAsync(AttackedSystem system, string row, string approved)
    {
        (int served, int of) = await system.UseHonestlyAsync(Tries, approved, SystemWorld.Socket, "once");
        Enter(row, of, new AttackResult(of - served, ""), (served, of));
    }

    private void Enter(string row, int tries, AttackResult result, (int Served, int Of)? honest)
    {
        Fixture.Table.AddSystem(row, new SystemModeResult(result, tries, honest?.Served ?? 0, honest?.Of ?? 0));
        TestContext.Current.TestOutputHelper?.WriteLine($"{row} system mode: {result.Successes} of {tries}; {result.Refusals}");
        Assert.Equal(0, result.Successes);
        Assert.Equal(honest?.Of, honest?.Served);
    }

    private void Note(string what, (int Served, int Of) honest)
    {
        Fixture.Table.Note($"honest in system mode: {what}: {honest.Served} of {honest.Of} served");
        Assert.Equal(honest.Of, honest.Served);
    }
}
