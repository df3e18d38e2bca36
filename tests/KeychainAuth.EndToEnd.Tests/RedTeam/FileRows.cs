using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Rows 19 to 21: what lies on the disk before and while the daemon runs.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const string NaiveVerifier = "test-naive-verifier";

    [Fact]
    public async Task Row19_PlantedPlugin_IsRefused()
    {
        // Each plants the naive verifier in one way that must not do. With the last nothing is wrong, and it must be taken.
        (string How, Func<string, string, Task> Plant)[] cases =
        [
            ("no list of hashes", (directory, _) => DeleteAsync(Path.Combine(directory, "plugins.sha256"))),
            ("a file that is not listed", (_, folder) => File.WriteAllTextAsync(Path.Combine(folder, "extra.dll"), "x")),
            ("another content than listed", (_, folder) => File.AppendAllTextAsync(Path.Combine(folder, NaiveVerifier + ".dll"), "x")),
            ("a runtimeconfig beside it", (_, folder) => File.WriteAllTextAsync(Path.Combine(folder, NaiveVerifier + ".runtimeconfig.json"), "{}")),
            ("a folder that others may write", (_, folder) => ChmodAsync("go+w", folder)),
            ("a directory that others may write", (directory, _) => ChmodAsync("go+w", directory)),
            ("a file that others may write", (_, folder) => ChmodAsync("o+w", Path.Combine(folder, NaiveVerifier + ".dll"))),
            ("a link in place of the folder", (directory, folder) => MoveAsideAsync(folder, Path.Combine(directory, "..", "elsewhere"))),
            ("nothing wrong", (_, _) => Task.CompletedTask),
        ];

        const int Rounds = 25;
        AttackResult naive = await PlantNaivelyAsync([.. cases.SkipLast(1).Select(c => c.Plant)], Rounds);
        int[] chosen = await Task.WhenAll(cases.Select(async one =>
        {
            await using TestDaemon daemon = await TestDaemon.CreateAsync(Fixture.Options());
            string directory = Path.Combine(daemon.Work, "plugins");
            await RunAsync("cp", "-R", Path.Combine(Fixture.Public, "plugins"), directory);
            await one.Plant(directory, Path.Combine(directory, NaiveVerifier));
            await OwnAsync(daemon.Work);
            await WriteConfigAsync(daemon, $$$"""{"plugins":{"verifier":"{{{NaiveVerifier}}}","directories":["{{{directory}}}"]}}""");
            int times = 0;
            for (int round = 0; round < Rounds; round++)
            {
                times += (await daemon.CliAsync("plugins")).ExitCode == 0 ? 1 : 0;
            }

            return times;
        }));

        Assert.Equal(Rounds, chosen[^1]);
        Stops("19a", "a plugin planted in 8 ways that must not do", naive, new AttackResult(chosen.SkipLast(1).Sum(), ""), null, (cases.Length - 1) * Rounds);
    }

    /// <summary>The same ways with a program that loads whatever lies in its plugin directory.</summary>
    private async Task<AttackResult> PlantNaivelyAsync(Func<string, string, Task>[] ways, int rounds)
    {
        string loader = await Fixture.ProgramAsync("attack-naive-loader");
        string library = await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER", "-DHONEST");
        int loaded = 0;
        foreach (Func<string, string, Task> plant in ways)
        {
            using var place = new TestDirectory();
            string directory = place.Combine("plugins");
            string folder = Path.Combine(directory, NaiveVerifier);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(directory, "plugins.sha256"), "");
            await File.WriteAllTextAsync(Path.Combine(folder, NaiveVerifier + ".dll"), "");
            File.Copy(library, Path.Combine(folder, "intruder.so"));
            await plant(directory, folder);
            for (int round = 0; round < rounds; round++)
            {
                loaded += (await Command.RunAsync(loader, [directory])).Output.Contains("loaded intruder.so", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return new AttackResult(loaded, "");
    }

    [Fact]
    public async Task Row19_LibraryInTheDaemonsEnvironment_IsLeftOut()
    {
        string library = await UserMode.InstallAsync(await Fixture.ProgramAsync("attack-preload", "-shared", "-fPIC", "-DHELPER", "-DHONEST"), "intruder.so");
        (string Name, string Value)[] variables =
        [
            ("LD_PRELOAD", library), ("LD_AUDIT", library), ("LD_LIBRARY_PATH", "/tmp"), ("DOTNET_STARTUP_HOOKS", library), ("DOTNET_ADDITIONAL_DEPS", "/tmp"),
            ("CORECLR_ENABLE_PROFILING", "1"), ("CORECLR_PROFILER_PATH", library), ("DOTNET_EnableDiagnostics", "1"), ("DOTNET_DiagnosticPorts", "/tmp/port"),
            ("DOTNET_GCName", "intruder.so"), ("GCONV_PATH", "/tmp"), ("OPENSSL_CONF", "/tmp/openssl.cnf"), ("GLIBC_TUNABLES", "glibc.malloc.check=1"),
        ];
        NeedRoot("only root may look into the daemon's environment and memory.");
        const int Rounds = 16;
        AttackResult naive = new(0, "");
        AttackResult userMode = new(0, "");
        TestDaemonOptions options = Fixture.Options() with { Environment = variables.ToDictionary(v => v.Name, v => v.Value) };
        string usual = await UserMode.InstallAsync(await Fixture.ApprovedAsync());
        for (int round = 0; round < Rounds; round++)
        {
            await using TestDaemon daemon = await TestDaemon.StartAsync(options);
            userMode += await CountIntrudersAsync(daemon.ProcessId, variables);
            Assert.Contains("DOTNET_EnableDiagnostics=0\0", await File.ReadAllTextAsync($"/proc/{daemon.ProcessId}/environ", TestContext.Current.CancellationToken), StringComparison.Ordinal);

            // Sockets that exist, not their files: those of killed programs stay, and process numbers come round.
            Assert.DoesNotContain($"dotnet-diagnostic-{daemon.ProcessId}-", await File.ReadAllTextAsync("/proc/net/unix", TestContext.Current.CancellationToken), StringComparison.Ordinal);

            // What any program is that is started in the same surroundings.
            using Process other = Command.Start(usual, [daemon.Socket, "wait"], daemon.Environment);
            while (!(await File.ReadAllTextAsync($"/proc/{other.Id}/cmdline", TestContext.Current.CancellationToken)).StartsWith(usual, StringComparison.Ordinal)
                || !(await File.ReadAllTextAsync($"/proc/{other.Id}/maps", TestContext.Current.CancellationToken)).Contains("libc.so", StringComparison.Ordinal))
            {
                await Task.Yield();
            }

            naive += await CountIntrudersAsync(other.Id, variables);
            other.StandardInput.Close();
            await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Stops("19b", "a variable that loads code or opens the daemon, at 'keychain-auth start'", naive, userMode, null, Rounds * variables.Length);

        // Without the command line in between it refuses to run at all.
        CommandResult direct = await UserMode.Daemon.RunAsync(
            "env", "DOTNET_EnableDiagnostics=0", $"LD_LIBRARY_PATH={UserMode.Daemon.Work}", Path.Combine(Fixture.Tree, "keychain-authd"), "--socket", Path.Combine(UserMode.Daemon.Work, "s"));
        Assert.Contains("LD_LIBRARY_PATH", direct.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, direct.ExitCode);
    }

    [Fact]
    public async Task Row20_FilesBrokenWhileItRuns_NothingIsServedAndNothingOverwritten()
    {
        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        TestDaemon daemon = attacked.Daemon;
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        (string File, Func<string, byte[], byte[]> Break)[] cases =
        [
            (daemon.ConfigFile, (_, good) => good[..(good.Length / 2)]),
            (daemon.ConfigFile, (_, _) => []),
            (daemon.ConfigFile, (_, good) => [.. good, .. "}"u8]),
            (daemon.ConfigFile, (_, _) => "{\"registered_binaries\":[{\"path\":\"relative\",\"hash\":\"sha256:00\"}]}"u8.ToArray()),
            (daemon.Keyring, (_, good) => good[..(good.Length / 2)]),
            (daemon.Keyring, (_, _) => []),
            (daemon.Keyring, (_, good) => [0xff, .. good]),
        ];
        const int Rounds = 29;
        await using RelayClient writer = await daemon.ConnectRegisteredAsync("--write", "vault");
        string store = await Fixture.ProgramAsync("attack-naive-store");
        int overwrittenNaively = 0;
        int harmed = 0;
        int honest = 0;
        var refusals = new HashSet<string>();
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string file, Func<string, byte[], byte[]> breakIt) in cases)
            {
                byte[] good = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
                byte[] bad = breakIt(file, good);
                await File.WriteAllBytesAsync(file, bad, TestContext.Current.CancellationToken);
                AttackResult served = AttackResult.Of((await daemon.RunAsync(approved, daemon.Socket, "once")).Output.Replace("ok", attacked.Canary, StringComparison.Ordinal), attacked.Canary);
                string? written = await writer.AskAsync("""{"type":"REQUEST","action":"write","service":"vault","targets":["new"],"values":["v"]}""");
                bool overwritten = !(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(bad);
                harmed += served.Successes + (overwritten || written?.Contains("success", StringComparison.Ordinal) == true ? 1 : 0);
                refusals.Add(served.Refusals[..^2]);

                await RunAsync(store, file);
                overwrittenNaively += (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(bad) ? 0 : 1;
                await File.WriteAllBytesAsync(file, good, TestContext.Current.CancellationToken);
                honest += await attacked.UseHonestlyAsync(approved, "once", 1);
            }
        }

        int tries = Rounds * cases.Length;
        Stops("20", "config or keyring truncated, emptied, or made nonsense while it runs", new AttackResult(overwrittenNaively, ""), new AttackResult(harmed, $"{string.Join(", ", refusals)} each"), (honest, tries), tries);
    }

    [Fact]
    public async Task Row21_LinksWhereTheDaemonWrites_AreNotFollowed()
    {
        (string Name, Func<TestDaemon, string> Place)[] places =
        [
            ("socket", d => d.Socket), ("socket's note", d => d.Socket + ".instance"), ("socket's lock", d => d.Socket + ".lock"),
            ("config", d => d.ConfigFile), ("pending", d => d.PendingFile), ("audit log", d => d.AuditFile), ("keyring", d => d.Keyring),
            ("socket directory", d => Path.GetDirectoryName(d.Socket)!), ("config directory", d => Path.GetDirectoryName(d.ConfigFile)!),
            ("data directory", d => Path.GetDirectoryName(d.AuditFile)!), ("keyring directory", d => Path.GetDirectoryName(d.Keyring)!),
        ];
        const int LiveRounds = 45;
        int naive = 0;
        int harmed = 0;
        int refused = 0;
        int tries = 0;
        string store = await Fixture.ProgramAsync("attack-naive-store");
        foreach (bool dangles in (bool[])[false, true])
        {
            foreach ((string name, Func<TestDaemon, string> place) in places)
            {
                await using TestDaemon daemon = await TestDaemon.CreateAsync(Fixture.Options());
                string path = place(daemon);
                var witness = Witness.At(Path.Combine(daemon.Work, "target"), name.EndsWith("directory", StringComparison.Ordinal), dangles);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                File.CreateSymbolicLink(path, witness.Target);
                await OwnAsync(Path.GetDirectoryName(daemon.Work)!);
                refused += await TryToServeAsync(daemon) ? 0 : 1;
                harmed += witness.IsHarmed() ? 1 : 0;
                tries++;

                witness.Renew();
                await Command.RunAsync(store, [witness.IsDirectory ? Path.Combine(path, "file") : path]);
                naive += witness.IsHarmed() ? 1 : 0;
            }
        }

        await using AttackedDaemon attacked = await AttackedDaemon.StartAsync(Fixture.Options());
        await using RelayClient writer = await attacked.Daemon.ConnectRegisteredAsync("--write", "vault");
        string stranger = await attacked.InstallAsync(await Fixture.StrangerAsync());
        string[] live = [attacked.Daemon.ConfigFile, attacked.Daemon.PendingFile, attacked.Daemon.AuditFile, attacked.Daemon.Keyring];
        await attacked.Daemon.RunAsync(stranger, attacked.Daemon.Socket, "once");
        for (int round = 0; round < LiveRounds; round++)
        {
            foreach (string path in live)
            {
                string aside = path + ".aside";
                string link = path + ".link";
                var witness = Witness.At(Path.Combine(attacked.Daemon.Work, "target"), isDirectory: false, dangles: round % 2 == 1);
                File.CreateSymbolicLink(link, witness.Target);
                await OwnAsync(link);
                if (Path.Exists(witness.Target))
                {
                    await OwnAsync(witness.Target);
                }

                // There is always something at the path: where there is nothing, the daemon may make a file at any moment.
                await RunAsync("ln", path, aside);
                File.Move(link, path, overwrite: true);

                await attacked.Daemon.RunAsync(stranger, attacked.Daemon.Socket, "once");
                await writer.AskAsync("""{"type":"REQUEST","action":"write","service":"vault","targets":["new"],"values":["v"]}""");
                await attacked.Daemon.CliAsync("deny", stranger);
                harmed += witness.IsHarmed() ? 1 : 0;
                tries++;

                witness.Renew();
                await Command.RunAsync(store, [path]);
                naive += witness.IsHarmed() ? 1 : 0;
                File.Move(aside, path, overwrite: true);
            }
        }

        // The links are gone, and all is as it was.
        string approved = await attacked.ApproveAsync(await Fixture.ApprovedAsync());
        Stops(
            "21", "a link where the daemon or the command line writes, at the start or later", new AttackResult(naive, ""),
            new AttackResult(harmed, string.Create(CultureInfo.InvariantCulture, $"no start {refused} of {2 * places.Length}")),
            (await attacked.UseHonestlyAsync(approved, "once", Tries), Tries), tries);
    }

    /// <returns>How many of the variables a process has, and whether it has the library.</returns>
    private static async Task<AttackResult> CountIntrudersAsync(int process, (string Name, string Value)[] variables)
    {
        string environment = await File.ReadAllTextAsync($"/proc/{process}/environ", TestContext.Current.CancellationToken);
        string maps = await File.ReadAllTextAsync($"/proc/{process}/maps", TestContext.Current.CancellationToken);
        int got = variables.Count(v => environment.Contains($"{v.Name}={v.Value}\0", StringComparison.Ordinal));
        return new AttackResult(maps.Contains("intruder", StringComparison.Ordinal) ? variables.Length : got, "");
    }

    /// <summary>Starts the daemon if it will start, and has it write everything it can.</summary>
    /// <returns>Whether it started.</returns>
    private async Task<bool> TryToServeAsync(TestDaemon daemon)
    {
        try
        {
            await daemon.StartProcessAsync();
        }
        catch (Xunit.Sdk.TrueException)
        {
            return false; // It refused to start, which is an answer too.
        }

        string relay = ProgramFile.Copy(await Fixture.ProgramAsync("relay"), Path.Combine(daemon.Work, "relay"));
        const string Write = """printf '%s\n' '{"type":"REQUEST","action":"write","service":"vault","targets":["t"],"values":["v"]}' | "$0" "$1" """;
        await daemon.RunAsync("sh", "-c", Write, relay, daemon.Socket);
        await daemon.CliAsync("register", relay, "--write", "vault");
        await daemon.RunAsync("sh", "-c", Write, relay, daemon.Socket);
        await daemon.StopAsync();
        return true;
    }

    private static async Task WriteConfigAsync(TestDaemon daemon, string config)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.ConfigFile)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(daemon.ConfigFile, config);
        File.SetUnixFileMode(daemon.ConfigFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await OwnAsync(daemon.Home);
    }

    private static async Task OwnAsync(string path)
    {
        if (RedTeamFixture.IsRoot)
        {
            await RunAsync("chown", "-R", "--no-dereference", $"{RedTeamFixture.BareUser}:{RedTeamFixture.BareUser}", path);
        }
    }

    private static Task ChmodAsync(string mode, string path) => RunAsync("chmod", mode, path);

    private static Task DeleteAsync(string path)
    {
        File.Delete(path);
        return Task.CompletedTask;
    }

    private static Task MoveAsideAsync(string folder, string target)
    {
        Directory.Move(folder, target);
        Directory.CreateSymbolicLink(folder, Path.GetFullPath(target));
        return Task.CompletedTask;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program}: {result}");
    }

    /// <summary>What a link leads to, and whether somebody wrote there.</summary>
    private sealed record Witness(string Target, bool IsDirectory, bool Dangles)
    {
        private const string Precious = "precious, and nobody's business";

        private string File => IsDirectory ? Path.Combine(Target, "witness") : Target;

        public static Witness At(string target, bool isDirectory, bool dangles)
        {
            var witness = new Witness(target, isDirectory, dangles);
            witness.Renew();
            return witness;
        }

        /// <summary>Puts it as it was.</summary>
        public void Renew()
        {
            if (Directory.Exists(Target))
            {
                Directory.Delete(Target, recursive: true);
            }

            System.IO.File.Delete(Target);
            if (!Dangles)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(File)!);
                System.IO.File.WriteAllText(File, Precious);
            }
        }

        public bool IsHarmed() => Dangles
            ? Path.Exists(Target)
            : System.IO.File.ReadAllText(File) != Precious || (IsDirectory && Directory.GetFileSystemEntries(Target).Length != 1);
    }
}
