using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Programs as people really have them, which every check of the red team's rows must let pass.</summary>
[SupportedOSPlatform("linux")]
[Collection(RedTeamGroup.Name)]
public sealed class HonestProgramTests(RedTeamFixture fixture)
{
    private const int Times = 20;

    private AttackedDaemon Daemon => fixture.UserMode;

    [Fact]
    public async Task Read_StaticProgram_IsServed() =>
        await AssertServedAsync("static C program", await Daemon.ApproveAsync(await fixture.ProgramAsync("attack-approved", "-static")));

    [Fact]
    public async Task Read_PositionDependentProgram_IsServed() =>
        await AssertServedAsync("position-dependent C program", await Daemon.ApproveAsync(await fixture.ProgramAsync("attack-approved", "-no-pie")));

    /// <summary>As Go makes programs: static, at a fixed place, with threads of its own, one of which connects.</summary>
    [Fact]
    public async Task Read_GoLikeProgram_IsServed() => await AssertServedAsync(
        "Go-like static program with threads", await Daemon.ApproveAsync(await fixture.ProgramAsync("attack-approved", "-static", "-no-pie", "-DTHREADS", "-lpthread")));

    /// <summary>What the kernel shows of a process, it shows of its first thread; the documentation says so.</summary>
    [Fact]
    public async Task Read_AfterTheFirstThreadHasEnded_IsRefusedWithAReason()
    {
        string approved = await Daemon.ApproveAsync(await fixture.ApprovedAsync());
        CommandResult result = await Daemon.Daemon.RunAsync(approved, Daemon.Daemon.Socket, "leaderless");
        Assert.Contains("identity_unverified", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DistributionsPythonAllowedAsInterpreter_IsServed()
    {
        const string Script = """
            import json, socket, ssl, sqlite3, ctypes, sys
            for _ in range(int(sys.argv[2])):
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(sys.argv[1])
                    s.sendall(b'{"type":"REQUEST","action":"read","service":"vault","targets":["token"]}\n')
                    print("got", json.loads(s.makefile().readline())["results"][0]["value"])
            """;
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Needs /usr/bin/python3.");
        await Daemon.Daemon.CliOkAsync("register", "/usr/bin/python3", "--allow-interpreter", "--read", "vault");
        AssertServed("python3 of the distribution, with ssl, sqlite3 and ctypes", await Daemon.Daemon.RunAsync("/usr/bin/python3", "-c", Script, Daemon.Daemon.Socket, $"{Times}"));
    }

    [Fact]
    public async Task Read_NodeAllowedAsInterpreterWithJit_IsServed()
    {
        const string Script = """
            const net = require('net');
            let left = Number(process.argv[2]);
            function once() {
              const s = net.connect(process.argv[1]);
              s.setEncoding('utf8');
              s.write('{"type":"REQUEST","action":"read","service":"vault","targets":["token"]}\n');
              s.once('data', line => { console.log('got ' + JSON.parse(line).results[0].value); s.destroy(); if (--left > 0) once(); });
            }
            once();
            """;
        Assert.SkipUnless(File.Exists("/usr/bin/node"), "Needs /usr/bin/node.");
        await Daemon.Daemon.CliOkAsync("register", "/usr/bin/node", "--allow-interpreter", "--jit", "--read", "vault");
        AssertServed("node of the distribution, with jit", await Daemon.Daemon.RunAsync("/usr/bin/node", "-e", Script, Daemon.Daemon.Socket, $"{Times}"));
    }

    [Fact]
    public async Task Read_NativeAotProgram_IsServed() => await AssertClientServedAsync(".NET program, Native AOT", await fixture.NativeClientAsync());

    [Fact]
    public async Task Read_SelfContainedSingleFileProgram_IsServed() => await AssertClientServedAsync(".NET program, self-contained in one file", await fixture.SingleFileClientAsync());

    [Fact]
    public async Task Read_ProgramWithAssembliesApprovedAfterItsFirstConnection_IsServed()
    {
        string program = await Daemon.InstallTreeAsync(await fixture.HostedClientAsync());
        await Daemon.Daemon.CliOkAsync("register", program, "--read", "vault");
        Assert.NotEqual(0, (await Daemon.Daemon.RunAsync(program, "read", "vault", "token")).ExitCode);
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken)));
        Assert.Contains("demo-client.dll", await Daemon.Daemon.CliOkAsync("list-pending"), StringComparison.Ordinal);
        await Daemon.Daemon.CliOkAsync("approve", hash, program);
        AssertServed(".NET program with its assemblies approved", await Daemon.RepeatAsync($"'{program}' read vault token", Times));
    }

    [Fact]
    public async Task Read_ProgramOnABtrfsSubvolume_IsServed()
    {
        Assert.SkipUnless(RedTeamFixture.IsRoot && File.Exists("/usr/sbin/mkfs.btrfs"), "Needs root and btrfs-progs.");
        using var directory = new TestDirectory();
        string image = directory.Combine("image");
        await using (FileStream file = File.Create(image))
        {
            file.SetLength(256L << 20);
        }

        await RunAsync("mkfs.btrfs", "-q", image);
        await MountedAsync(["-o", "loop", image], async place =>
        {
            string volume = Path.Combine(place, "volume");
            await RunAsync("btrfs", "subvolume", "create", volume);
            await AssertServedFromAsync("program on a btrfs subvolume", volume);
        });
    }

    [Fact]
    public async Task Read_ProgramOnAnOverlay_IsServed()
    {
        Assert.SkipUnless(RedTeamFixture.IsRoot, "Needs root to mount.");
        await MountedAsync(["-t", "tmpfs", "tmpfs"], async place =>
        {
            foreach (string name in (string[])["lower", "upper", "work"])
            {
                Directory.CreateDirectory(Path.Combine(place, name));
            }

            await MountedAsync(
                ["-t", "overlay", "overlay", "-o", $"lowerdir={place}/lower,upperdir={place}/upper,workdir={place}/work"],
                overlay => AssertServedFromAsync("program on an overlay over tmpfs", overlay));
        });
    }

    /// <summary>Mounts something at a place that everybody can reach, for as long as an action takes.</summary>
    private async Task MountedAsync(string[] what, Func<string, Task> action)
    {
        string place = Path.Combine(fixture.Public, $"mounted-{Guid.NewGuid():N}");
        Directory.CreateDirectory(place);
        await RunAsync("mount", [.. what, place]);
        try
        {
            File.SetUnixFileMode(place, (UnixFileMode)0b111_101_101);
            await action(place);
        }
        finally
        {
            await RunAsync("umount", place);
        }
    }

    private async Task AssertServedFromAsync(string what, string directory)
    {
        string program = ProgramFile.Copy(await fixture.ApprovedAsync(), Path.Combine(directory, "program"));
        await Daemon.GiveAsync(directory);
        await Daemon.Daemon.CliOkAsync("register", program, "--read", "vault");
        await AssertServedAsync(what, program);
    }

    private async Task AssertServedAsync(string what, string approved)
    {
        int served = await Daemon.UseHonestlyAsync(approved, "once", Times) + await Daemon.UseHonestlyAsync(approved, "hello", Times);
        fixture.Table.Note($"honest: {what}: {served} of {2 * Times} served");
        Assert.Equal(2 * Times, served);
    }

    private async Task AssertClientServedAsync(string what, string published)
    {
        string program = await Daemon.ApproveAsync(published);
        AssertServed(what, await Daemon.RepeatAsync($"'{program}' read vault token", Times));
    }

    private void AssertServed(string what, CommandResult result)
    {
        int served = result.Output.Split('\n').Count(line => line == $"got {Daemon.Canary}");
        fixture.Table.Note($"honest: {what}: {served} of {Times} served");
        Assert.True(served == Times, result.ToString());
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program}: {result}");
    }
}
