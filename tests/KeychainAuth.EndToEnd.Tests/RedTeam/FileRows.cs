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
    private const string Precious = "precious, and nobody's business";

    [Fact]
    public async Task Row19_PlantedPlugin_IsRefused()
    {
        // Each plants the naive verifier in one way that must not do. The last plants nothing, and must start: the control.
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

        int started = 0;
        int control = 0;
        foreach ((string how, Func<string, string, Task> plant) in cases)
        {
            await using TestDaemon daemon = await TestDaemon.CreateAsync(Fixture.Options());
            string directory = Path.Combine(daemon.Work, "plugins");
            await RunAsync("cp", "-R", Path.Combine(Fixture.Public, "plugins"), directory);
            await plant(directory, Path.Combine(directory, NaiveVerifier));
            await OwnAsync(daemon.Work);
            string config = $$$"""{"plugins":{"verifier":"{{{NaiveVerifier}}}","directories":["{{{directory}}}"]}}""";
            await WriteConfigAsync(daemon, config);
            int chosen = (await daemon.CliAsync("plugins")).ExitCode == 0 ? 1 : 0;
            if (how == "nothing wrong")
            {
                control = chosen;
            }
            else
            {
                started += chosen;
            }
        }

        Stops("19a", "a plugin planted in a way that is refused (control: planted right)", new AttackResult(control, ""), new AttackResult(started, ""), null, cases.Length - 1);
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
        TestDaemonOptions options = Fixture.Options() with { Environment = variables.ToDictionary(v => v.Name, v => v.Value) };
        await using TestDaemon daemon = await TestDaemon.StartAsync(options);
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{daemon.ProcessId}/");
        string environment = await File.ReadAllTextAsync(process + "environ", TestContext.Current.CancellationToken);
        string maps = await File.ReadAllTextAsync(process + "maps", TestContext.Current.CancellationToken);
        int got = variables.Count(v => environment.Contains($"{v.Name}={v.Value}\0", StringComparison.Ordinal)) + (maps.Contains("intruder", StringComparison.Ordinal) ? 1 : 0);
        Assert.Contains("DOTNET_EnableDiagnostics=0\0", environment, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles("/tmp", $"dotnet-diagnostic-{daemon.ProcessId}-*"));
        Stops("19b", "a variable that loads code or opens the daemon, at 'keychain-auth start'", null, new AttackResult(got, ""), null, variables.Length);

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
        int harmed = 0;
        string refusals = "";
        int honest = 0;
        foreach ((string file, Func<string, byte[], byte[]> breakIt) in cases)
        {
            byte[] good = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            byte[] bad = breakIt(file, good);
            await File.WriteAllBytesAsync(file, bad, TestContext.Current.CancellationToken);
            AttackResult served = AttackResult.Of((await daemon.RunAsync(approved, daemon.Socket, "once")).Output.Replace("ok", attacked.Canary, StringComparison.Ordinal), attacked.Canary);
            bool overwritten = !(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(bad);
            harmed += served.Successes + (overwritten ? 1 : 0);
            refusals = served.Refusals[..^2];
            await File.WriteAllBytesAsync(file, good, TestContext.Current.CancellationToken);
            honest += await attacked.UseHonestlyAsync(approved, "once", 1);
        }

        Stops("20", "config or keyring truncated, emptied, or made nonsense while it runs", null, new AttackResult(harmed, $"{refusals} each"), (honest, cases.Length), cases.Length);
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
        int harmed = 0;
        int refused = 0;
        var followed = new List<string>();
        foreach ((string name, Func<TestDaemon, string> place) in places)
        {
            await using TestDaemon daemon = await TestDaemon.CreateAsync(Fixture.Options());
            string path = place(daemon);
            bool isDirectory = name.EndsWith("directory", StringComparison.Ordinal);
            string target = Path.Combine(daemon.Work, "target");
            string witness = isDirectory ? Path.Combine(target, "witness") : target;
            if (isDirectory)
            {
                Directory.CreateDirectory(target);
            }

            await File.WriteAllTextAsync(witness, Precious, TestContext.Current.CancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.CreateSymbolicLink(path, target);
            await OwnAsync(Path.GetDirectoryName(daemon.Work)!);
            refused += await TryToServeAsync(daemon) ? 0 : 1;
            bool changed = await File.ReadAllTextAsync(witness, TestContext.Current.CancellationToken) != Precious
                || (isDirectory && Directory.GetFileSystemEntries(target).Length != 1);
            if (changed)
            {
                harmed++;
                followed.Add(name);
            }
        }

        Stops("21", "a link where the daemon or the command line writes", null, new AttackResult(harmed, string.Join(", ", [.. followed, $"no start {refused}"])), null, places.Length);
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

        string relay = Path.Combine(daemon.Work, "relay");
        File.Copy(await Fixture.ProgramAsync("relay"), relay);
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
}
