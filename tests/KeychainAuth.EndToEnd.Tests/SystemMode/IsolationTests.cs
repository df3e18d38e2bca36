using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>
/// A second user, and the first user's own programs, cannot read, change, list or delay the first user's secrets but
/// through policy.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class IsolationTests(RunningWorld running) : IClassFixture<RunningWorld>
{
    private const string Write = """{"type":"REQUEST","action":"write","service":"demo","targets":["k"],"values":["alices value"]}""";
    private const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";
    private const string Search = """{"type":"REQUEST","action":"search","service":"demo","targets":[]}""";
    private const string Success = """{"type":"RESPONSE","status":"success"}""";
    private const string Unregistered = """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""";

    // The world is shared: what other tests of these users wrote lies in their service.
    private const string Apart = "apart";

    private readonly SystemWorld _world = running.World;

    [Fact]
    public async Task Read_SameProgramOfTwoUsers_EachHasPolicyAndSecretsOfItsOwn()
    {
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", Apart, "--write", Apart, "--search");
        await using RelayClient alice = _world.Connect(SystemWorld.Alice, relay);
        Assert.Equal(Success, await alice.AskAsync(In(Apart, Write)));

        // Approved by Alice says nothing about Bob.
        await using (RelayClient stranger = _world.Connect(SystemWorld.Bob, relay))
        {
            Assert.Equal(Unregistered, await stranger.ReadLineAsync());
        }

        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "register", relay, "--user", SystemWorld.Bob, "--launch", "optional", "--read", Apart, "--write", Apart, "--search");
        await using RelayClient bob = _world.Connect(SystemWorld.Bob, relay);
        Assert.Equal(Success, await bob.AskAsync(In(Apart, Search)));
        Assert.Equal(Success, await bob.AskAsync(In(Apart, Write).Replace("alices", "bobs", StringComparison.Ordinal)));
        Assert.Contains("bobs value", await bob.AskAsync(In(Apart, Read)), StringComparison.Ordinal);
        Assert.Contains("alices value", await alice.AskAsync(In(Apart, Read)), StringComparison.Ordinal);

        // Nor does one's log, queue or policy tell of the other.
        string bobsId = await _world.IdOfAsync(SystemWorld.Bob);
        Assert.All(await _world.AuditOfAsync(SystemWorld.Alice), r => Assert.NotEqual(bobsId, Uid(r)));
        Assert.DoesNotContain(await _world.OkAsync(SystemWorld.Root, "cat", await _world.StateOfAsync(SystemWorld.Bob) + "/audit.log"), "alice", StringComparison.Ordinal);
        await _world.OkAsync(SystemWorld.Root, SystemWorld.Program, "revoke", relay, "--user", SystemWorld.Alice);
        Assert.Contains("unregistered", await alice.AskAsync(In(Apart, Read)), StringComparison.Ordinal);
        Assert.Contains("bobs value", await bob.AskAsync(In(Apart, Read)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SystemWorld.Alice)]
    [InlineData(SystemWorld.Bob)]
    public async Task Files_OfTheDaemon_CannotBeReadListedOrChangedByUsers(string user)
    {
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--write", "demo");
        await using RelayClient client = _world.Connect(SystemWorld.Alice, relay);
        Assert.Equal(Success, await client.AskAsync(Write));
        string state = await _world.StateOfAsync(SystemWorld.Alice);
        string[] paths =
        [
            "/var/lib/keychain-auth", "/etc/keychain-auth", state, state + "/config.json", state + "/audit.log",
            state + "/plugins/store-file/keyring.json",
        ];
        foreach (string path in paths)
        {
            await _world.OkAsync(SystemWorld.Root, "test", "-e", path);
            await RefusedAsync(user, "sh", "-c", $"cat {path} || ls {path}");
            await RefusedAsync(user, "sh", "-c", $"echo x >> {path}");
            await RefusedAsync(user, "mv", path, path + ".gone");
            await RefusedAsync(user, "rm", "-rf", path);
        }

        await RefusedAsync(user, "sh", "-c", "rm -f /run/keychain-auth/agent.sock || touch /run/keychain-auth/x");
        await _world.OkAsync(SystemWorld.Root, "test", "-S", SystemWorld.Socket);
    }

    [Theory]
    [InlineData(SystemWorld.Alice)]
    [InlineData(SystemWorld.Bob)]
    public async Task Daemon_CannotBeKilledStoppedOrLookedInto(string user)
    {
        string daemon = _world.Daemon!.Id.ToString(CultureInfo.InvariantCulture);
        foreach (string signal in (string[])["KILL", "TERM", "STOP", "USR1"])
        {
            CommandResult result = await _world.RunAsync(user, "kill", "-" + signal, daemon);
            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains("not permitted", result.Error, StringComparison.Ordinal);
        }

        foreach (string file in (string[])["exe", "maps", "mem", "environ", "fd/0", "fdinfo/0", "root/etc/passwd"])
        {
            await RefusedAsync(user, "head", "-c", "1", $"/proc/{daemon}/{file}");
        }

        await RefusedAsync(user, "/usr/bin/gdb", "-batch", "-ex", $"attach {daemon}", "-ex", "detach");
        await RefusedAsync(user, "prlimit", "--pid", daemon, "--nofile=3:3");
        Assert.False(_world.Daemon.HasExited);
    }

    // A number without an account: whoever gets it next would inherit what was kept under it.
    [Fact]
    public async Task Connect_UserWithoutAnAccount_GetsNoLineAndLeavesNothing()
    {
        string relay = await _world.CompileAsync("relay");
        foreach (string socket in (string[])[SystemWorld.Socket, SystemWorld.AdminSocket])
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Root, "setpriv", "--reuid", "64777", "--regid", "64777", "--clear-groups", relay, socket);
            Assert.Equal("", result.Output);
        }

        Assert.NotEqual(0, (await _world.RunAsync(SystemWorld.Root, "test", "-e", "/var/lib/keychain-auth/64777")).ExitCode);
        string log = await _world.OkAsync(SystemWorld.Root, "cat", "/var/lib/keychain-auth/audit.log");
        Assert.Contains("\"uid\":64777", log, StringComparison.Ordinal);
    }

    // Root is a user like any other where secrets are concerned: no entry, no secret.
    [Fact]
    public async Task Connect_Root_IsServedByItsOwnPolicyOnly()
    {
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo");
        await using RelayClient root = _world.Connect(SystemWorld.Root, relay);
        Assert.Equal(Unregistered, await root.ReadLineAsync());
    }

    [Fact]
    public async Task SharedEntry_OfRootsConfig_HoldsForEveryUserAndCannotBeWidenedByOne()
    {
        string relay = await _world.CompileAsync("relay");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(relay, TestContext.Current.CancellationToken)));
        string config = $$"""{"protocol_version":"1","registered_binaries":[{"path":"{{relay}}","hash":"sha256:{{hash}}","launch":"optional","allowed_read_services":["demo"],"allowed_write_services":["demo"]}]}""";
        await _world.OkAsync(SystemWorld.Root, "sh", "-c", $"umask 027; printf '%s' '{config}' > /etc/keychain-auth/config.json && chgrp keychain-auth /etc/keychain-auth/config.json");
        try
        {
            foreach (string user in (string[])[SystemWorld.Alice, SystemWorld.Bob])
            {
                await using RelayClient client = _world.Connect(user, relay);
                Assert.Equal(Success, await client.AskAsync(Write.Replace("alices", user, StringComparison.Ordinal)));
                Assert.Contains($"{user} value", await client.AskAsync(Read), StringComparison.Ordinal);
            }

            // A file that others than root may write is no policy: nothing is served, to anybody.
            await _world.OkAsync(SystemWorld.Root, "chmod", "o+w", "/etc/keychain-auth/config.json");
            await using RelayClient refused = _world.Connect(SystemWorld.Alice, relay);
            Assert.Contains("internal_error", await refused.ReadLineAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await _world.OkAsync(SystemWorld.Root, "rm", "/etc/keychain-auth/config.json");
        }
    }

    // Bob fills his own queue, log and connections as fast as he can; Alice is served meanwhile, and nothing of his is hers.
    [Fact]
    public async Task Flood_OfAnotherUser_NeitherDelaysNorCrowdsOut()
    {
        string relay = await _world.RegisterRelayAsync(SystemWorld.Alice, "--read", "demo", "--write", "demo");
        await using RelayClient alice = _world.Connect(SystemWorld.Alice, relay);
        Assert.Equal(Success, await alice.AskAsync(Write));
        string flood = """
            import os, shutil, socket, subprocess, sys
            work, relay = sys.argv[1], sys.argv[2]
            for i in range(4):
                if os.fork() == 0:
                    for n in range(100000):
                        try:
                            s = socket.socket(socket.AF_UNIX); s.connect("/run/keychain-auth/agent.sock")
                        except OSError:
                            pass
                    os._exit(0)
            print("flooding", flush=True)
            for n in range(100000):
                copy = f"{work}/copy-{os.getpid()}"
                shutil.copy(relay, copy)
                with open(copy, "ab") as f: f.write(os.urandom(16))
                subprocess.run([copy, "/run/keychain-auth/agent.sock"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            """;
        string id = await _world.IdOfAsync(SystemWorld.Bob);
        WorldProcess bob = await _world.StartAsync(
            "flooding", "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "timeout", "300", "/usr/bin/python3", "-u", "-c", flood, _world.HomeOf(SystemWorld.Bob), relay);
        try
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Contains("alices value", await alice.AskAsync(Read), StringComparison.Ordinal);
                await using RelayClient another = _world.Connect(SystemWorld.Alice, relay);
                Assert.Contains("alices value", await another.AskAsync(Read), StringComparison.Ordinal);
            }

            // One's queue being full is nothing to the other.
            string stranger = await _world.CompileAsync("relay");
            ProgramFile.Append(stranger, "alices own");
            await using (RelayClient client = _world.Connect(SystemWorld.Alice, stranger))
            {
                Assert.Equal(Unregistered, await client.ReadLineAsync());
            }

            Assert.Contains(stranger, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list-pending"), StringComparison.Ordinal);
        }
        finally
        {
            // timeout(1) has made itself the leader of a process group. Not all processes of Bob's: in every world he has the
            // same number, and the others are of no concern.
            await _world.RunAsync(SystemWorld.Root, "kill", "-KILL", "--", $"-{bob.Id}");
            await bob.DisposeAsync();
        }

        Assert.All(await _world.AuditOfAsync(SystemWorld.Alice), r => Assert.NotEqual(id, Uid(r)));
    }

    private static string? Uid(JsonElement record) => record.TryGetProperty("uid", out JsonElement uid) ? uid.GetRawText() : null;

    private async Task RefusedAsync(string user, string program, params string[] arguments)
    {
        CommandResult result = await _world.RunAsync(user, program, arguments);
        Assert.True(
            result.ExitCode != 0 || result.Error.Contains("not permitted", StringComparison.Ordinal),
            $"{user} could: {program} {string.Join(' ', arguments)}: {result}");
        Assert.DoesNotContain("value", result.Output, StringComparison.Ordinal);
    }

    private static string In(string service, string line) => line.Replace("\"demo\"", $"\"{service}\"", StringComparison.Ordinal);
}
