using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>What changes a policy needs a person: asked by a real polkitd, whose agent types a real password.</summary>
[SupportedOSPlatform("linux")]
public sealed class ApprovalTests(RunningWorld running) : IClassFixture<RunningWorld>
{
    private readonly SystemWorld _world = running.World;

    [Fact]
    public async Task Approve_ProgramOfTheSameUserWithoutAuthentication_IsRefusedAndAudited()
    {
        (string relay, string hash) = await KnockAsync(SystemWorld.Alice);
        CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "approve", hash);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no authentication agent", result.Error, StringComparison.Ordinal);
        Assert.Contains("sudo", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
        JsonElement record = Assert.Single(await _world.AuditOfAsync(SystemWorld.Alice), r => Is(r, relay, "not_authorized"));
        Assert.Equal("DENIED", record.GetProperty("result").GetString());
        Assert.Contains("approve: registered", record.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approve_PersonTypesThePassword_IsDoneShownAndAudited()
    {
        (string relay, string hash) = await KnockAsync(SystemWorld.Alice);
        CommandResult result = await _world.WithAgentAsync(SystemWorld.Alice, SystemWorld.AlicesPassword, "approve", hash);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
        Assert.DoesNotContain(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list-pending"), StringComparison.Ordinal);
        Assert.Single(await _world.AuditOfAsync(SystemWorld.Alice), r => Is(r, relay, "approve"));

        // The person sees what changes, in the daemon's words.
        Assert.Contains(_world.AgentLog(SystemWorld.Alice), line =>
            line.StartsWith("asked org.keychain-auth.change-own-policy", StringComparison.Ordinal) && line.Contains($"{relay}: registered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Approve_WrongPassword_IsRefused()
    {
        (string relay, string hash) = await KnockAsync(SystemWorld.Alice);
        CommandResult result = await _world.WithAgentAsync(SystemWorld.Alice, "looking-glass", "approve", hash);
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
        Assert.Single(await _world.AuditOfAsync(SystemWorld.Alice), r => Is(r, relay, "not_authorized"));
    }

    // As a person does it: the command line brings an agent of its own to the terminal.
    [Fact]
    public async Task Approve_OnATerminal_AsksThereForThePassword()
    {
        (string relay, string hash) = await KnockAsync(SystemWorld.Alice);
        string script = """
            import os, pty, sys, termios, time
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[1], sys.argv[1:])
            seen, typed = b"", False
            while True:
                try:
                    data = os.read(terminal, 4096)
                except OSError:
                    break
                if not data:
                    break
                seen += data
                if b"Password:" in seen and not typed:
                    typed = True
                    # The agent asks first, and then throws away what was typed before it switched the echo off.
                    while termios.tcgetattr(terminal)[3] & termios.ECHO:
                        time.sleep(0.01)
                    os.write(terminal, b"wonderland\n")
            print(seen.decode())
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;
        CommandResult result = await _world.RunAsync(SystemWorld.Alice, "/usr/bin/python3", "-c", script, SystemWorld.Program, "approve", hash);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"{relay}: registered", result.Output, StringComparison.Ordinal);
        Assert.Contains(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
    }

    // A kept authorization would be everybody's: the next program of the user to ask would get it too.
    [Fact]
    public async Task Approve_RightAfterAnApproval_NeedsThePasswordAgain()
    {
        (_, string first) = await KnockAsync(SystemWorld.Alice);
        (string relay, string second) = await KnockAsync(SystemWorld.Alice, "#define ANOTHER 1");
        CommandResult result = await _world.RunAsync(
            SystemWorld.Alice,
            "sh",
            Path.Combine(RepositoryPaths.Root, "tests", "SystemWorld", "with-agent.sh"),
            SystemWorld.AlicesPassword,
            Path.Combine(_world.HomeOf(SystemWorld.Alice), "agent.log"),
            "sh",
            "-c",
            $"{SystemWorld.Program} approve {first} && {SystemWorld.Program} approve {second}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain(relay, await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("register", "{0}", "--read", "demo")]
    [InlineData("authorize", "{0}", "demo")]
    [InlineData("allow", "{1}", "--read", "payroll")]
    [InlineData("disallow", "{1}", "--read", "demo")]
    [InlineData("upgrade", "{2}")]
    [InlineData("revoke", "{1}")]
    [InlineData("deny", "{3}")]
    public async Task EveryChange_WithoutAuthentication_IsRefusedAndChangesNothing(params string[] command)
    {
        string registered = await _world.RegisterRelayAsync(SystemWorld.Bob, "--read", "demo");
        string changed = await _world.RegisterRelayAsync(SystemWorld.Bob, "--read", "demo");
        await File.AppendAllTextAsync(changed, "x", TestContext.Current.CancellationToken);
        (string waiting, string hash) = await KnockAsync(SystemWorld.Bob);
        string before = await _world.OkAsync(SystemWorld.Root, "cat", await _world.StateOfAsync(SystemWorld.Bob) + "/config.json");
        string[] arguments = [.. command.Select(part => string.Format(System.Globalization.CultureInfo.InvariantCulture, part, waiting, registered, changed, hash))];
        CommandResult result = await _world.RunAsync(SystemWorld.Bob, SystemWorld.Program, arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no authentication agent", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await _world.OkAsync(SystemWorld.Root, "cat", await _world.StateOfAsync(SystemWorld.Bob) + "/config.json"));
    }

    [Fact]
    public async Task EveryCommand_AsRootForAUser_Works()
    {
        (string relay, string hash) = await KnockAsync(SystemWorld.Bob);
        Assert.Contains(relay, await AsRootAsync("list-pending"), StringComparison.Ordinal);
        await AsRootAsync("approve", hash);
        await AsRootAsync("authorize", relay, "demo");
        await AsRootAsync("allow", relay, "--read", "payroll", "--target", "payroll=may/*");
        await AsRootAsync("disallow", relay, "--write", "demo");
        Assert.Contains("may read, search in service demo", await AsRootAsync("check", relay, "demo"), StringComparison.Ordinal);
        await File.AppendAllTextAsync(relay, "x", TestContext.Current.CancellationToken);
        await AsRootAsync("upgrade", relay);
        Assert.Contains("only in payroll: may/*", await AsRootAsync("list"), StringComparison.Ordinal);
        await AsRootAsync("revoke", relay);
        (string denied, string deniedHash) = await KnockAsync(SystemWorld.Bob);
        await AsRootAsync("deny", deniedHash);
        Assert.DoesNotContain(denied, await AsRootAsync("list-pending"), StringComparison.Ordinal);
        Assert.Contains($"{relay} pid", await AsRootAsync("audit", "-n", "100"), StringComparison.Ordinal);
        Assert.Contains("Intact", await AsRootAsync("audit", "verify"), StringComparison.Ordinal);
        Assert.Contains("store-file", await AsRootAsync("store", "list"), StringComparison.Ordinal);
        Assert.Contains("environment:", await AsRootAsync("plugins"), StringComparison.Ordinal);
        Assert.Contains("mode: system", await AsRootAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_AboutAnotherUserWithoutAuthority_AreRefused()
    {
        string bob = await _world.IdOfAsync(SystemWorld.Bob);
        string relay = await _world.CompileAsync("relay");
        foreach (string[] command in (string[][])[["list"], ["list-pending"], ["audit"], ["register", relay]])
        {
            CommandResult result = await _world.RunAsync(SystemWorld.Bob, SystemWorld.Program, [.. command, "--user", SystemWorld.Alice]);
            Assert.Equal(1, result.ExitCode);
            Assert.Equal("", result.Output);
        }

        // In the log of the one who tried: nobody fills another's.
        Assert.Contains(await _world.AuditOfAsync(SystemWorld.Bob), r =>
            r.TryGetProperty("reason", out JsonElement reason) && reason.GetString() == "not_authorized" && r.GetProperty("detail").GetString()!.Contains("'policy' of user", StringComparison.Ordinal));
        Assert.DoesNotContain(await _world.AuditOfAsync(SystemWorld.Alice), r => r.TryGetProperty("uid", out JsonElement uid) && uid.GetRawText() == bob);
    }

    // The line must come from the process that connected: an authorization is that process's.
    [Fact]
    public async Task Request_WrittenByAnotherProcess_IsRefusedAndAudited()
    {
        string script = """
            import os, socket
            s = socket.socket(socket.AF_UNIX); s.connect("/run/keychain-auth/admin.sock")
            child = os.fork()
            if child == 0:
                s.send(b'{"type":"ADMIN","action":"policy"}\n'); os._exit(0)
            os.waitpid(child, 0)
            print(s.recv(4096).decode())
            """;
        Assert.Contains("Another process wrote", await _world.OkAsync(SystemWorld.Alice, "/usr/bin/python3", "-c", script), StringComparison.Ordinal);
        Assert.Contains(await _world.AuditOfAsync(SystemWorld.Alice), r => r.TryGetProperty("reason", out JsonElement reason) && reason.GetString() == "identity_changed");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":null}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"policy\",\"user\":-1}")]
    [InlineData("{\"type\":\"REQUEST\",\"action\":\"read\",\"service\":\"demo\",\"targets\":[\"k\"]}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"obey\"}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"update\"}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"audit-read\",\"file\":1,\"offset\":-5}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"audit-read\",\"file\":1,\"offset\":5}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"update\",\"revision\":\"x\",\"config\":{}}")]
    [InlineData("{\"type\":\"ADMIN\",\"action\":\"status\",\"user\":4000000000}")]
    public async Task Request_ThatMakesNoSense_IsAnsweredWithAnErrorAndTheDaemonGoesOn(string line)
    {
        string relay = await _world.CompileAsync("relay");
        await using (RelayClient client = _world.Connect(SystemWorld.Alice, relay, SystemWorld.AdminSocket))
        {
            string? answer = await client.AskAsync(line);
            Assert.True(answer?.Contains("\"status\":\"error\"", StringComparison.Ordinal) == true || answer?.Contains("\"status\":\"conflict\"", StringComparison.Ordinal) == true, answer);
        }

        await _world.OkAsync(SystemWorld.Alice, SystemWorld.Program, "status");
    }

    private Task<string> AsRootAsync(params string[] arguments) =>
        _world.OkAsync(SystemWorld.Root, SystemWorld.Program, [.. arguments, "--user", SystemWorld.Bob]);

    /// <summary>Lets a program of its own ask without being registered.</summary>
    private async Task<(string Relay, string Hash)> KnockAsync(string user, string salt = "")
    {
        string relay = await _world.CompileAsync("relay");
        ProgramFile.Append(relay, salt + Guid.NewGuid());
        await using RelayClient client = _world.Connect(user, relay);
        Assert.Contains("unregistered", await client.ReadToEndAsync(), StringComparison.Ordinal);
        return (relay, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(relay, TestContext.Current.CancellationToken))));
    }

    private static bool Is(JsonElement record, string path, string reason) =>
        record.TryGetProperty("binary_path", out JsonElement binary) && binary.GetString() == path
        && record.TryGetProperty("reason", out JsonElement why) && why.GetString() == reason;
}
