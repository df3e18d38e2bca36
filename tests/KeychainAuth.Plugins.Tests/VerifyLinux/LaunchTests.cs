using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>
/// Launches by the real launcher, up to the program's own connections. The test stands between: it answers the launcher,
/// and hands the verifier the descriptors that the launcher would have passed.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LaunchTests(AttackerPrograms programs) : VerifierTest(programs)
{
    private const uint Group = 64125;

    private static readonly byte[] Granted = Encoding.ASCII.GetBytes("{\"type\":\"LAUNCH_GRANTED\"}\n");

    private PeerListener? _listener;
    private LinuxPeerVerifier? _system;

    private string Launcher => Files.PathOf("bin/keychain-auth-launch");

    private LinuxPeerVerifier System => _system!;

    [Fact]
    public async Task Launched_Program_IsLaunchedAndAttributableAtItsFirstConnection()
    {
        (ControlledProcess puppet, _) = await LaunchAsync();
        VerificationResult result = await ConnectedAsync(puppet);
        Assert.True(result.IsVerified, result.Message);
        Assert.True(result.Attributable);
        var launched = Assert.IsType<ILaunchedPeer>(result.Peer, exactMatch: false);
        Assert.True(launched.IsLaunched);
        Assert.Null(launched.Script);
        Assert.True(await IsUnchangedAsync(result.Peer));
        await result.Peer.DisposeAsync();
    }

    [Fact]
    public async Task Launched_Program_StaysSoForLaterConnectionsAndWithoutItsEndBeingAskedFor()
    {
        (ControlledProcess puppet, _) = await LaunchAsync(complete: false);
        for (int i = 0; i < 3; i++)
        {
            await AssertLaunchedAsync(puppet, expected: true);
        }
    }

    [Fact]
    public async Task NotGranted_Program_IsNotLaunched()
    {
        (ControlledProcess puppet, _) = await LaunchAsync(grant: false);
        await AssertLaunchedAsync(puppet, expected: false);
    }

    /// <summary>The program that runs is another one than the one that was looked at.</summary>
    [Fact]
    public async Task Granted_ForAnotherProgram_IsNotLaunched()
    {
        (ControlledProcess puppet, string? why) = await LaunchAsync(verified: "/usr/bin/env");
        Assert.Contains("/usr/bin/env", why, StringComparison.Ordinal);
        await AssertLaunchedAsync(puppet, expected: false);
    }

    [Fact]
    public async Task Launched_ThenExecOfTheSameProgram_IsNotLaunchedAnyMore()
    {
        (ControlledProcess puppet, _) = await LaunchAsync();
        await AssertLaunchedAsync(puppet, expected: true);
        await puppet.AskAsync($"exec {await Programs.PuppetAsync()}", "ready");
        await AssertLaunchedAsync(puppet, expected: false);
    }

    [Fact]
    public async Task Launched_Child_InheritsTheGroupAndNotTheLaunch()
    {
        (ControlledProcess puppet, _) = await LaunchAsync();
        await puppet.TellAsync("child-connect");
        PeerCredentials child = await _listener!.AcceptAsync();
        Assert.Equal(Group, child.GroupId);
        Assert.NotEqual(puppet.Id, child.ProcessId);
        VerificationResult result = await System.VerifyAsync(child, Cancellation);
        Assert.False(result.IsVerified && ((ILaunchedPeer)result.Peer).IsLaunched);
        await (result.Peer?.DisposeAsync() ?? default);
    }

    [Theory]
    [InlineData("drop-group")]
    [InlineData("open-up")]
    public async Task Launched_ThenOpensItself_IsVouchedForNoMore(string command)
    {
        (ControlledProcess puppet, _) = await LaunchAsync();
        VerificationResult result = await ConnectedAsync(puppet);
        Assert.True(((ILaunchedPeer)result.Peer!).IsLaunched);
        await puppet.AskAsync(command);
        Assert.False(await IsUnchangedAsync(result.Peer));
        await result.Peer.DisposeAsync();
    }

    /// <summary>What the process connected before it became the launcher was made by somebody else.</summary>
    [Fact]
    public async Task Launched_ConnectionFromBefore_IsNotItsOwn()
    {
        Install();
        string program = await Programs.PuppetAsync();
        await using ControlledProcess puppet = await StartOrdinaryAsync(program, _listener!.Path);
        await puppet.AskAsync("connect");
        PeerCredentials before = await _listener.AcceptAsync();
        await puppet.TellAsync($"launch {Launcher} {program}");
        await AnswerAsync(program, grant: true, complete: true);
        await puppet.ExpectAsync("ready");
        VerificationResult result = await System.VerifyAsync(before, Cancellation);
        Assert.False(result.IsVerified && result.Attributable);
        await (result.Peer?.DisposeAsync() ?? default);
    }

    /// <summary>
    /// What a launched program starts has the group, can ask for a launch and then become the launcher, which asks anew.
    /// Which of the two connections is the launcher's cannot be told, so neither is.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Launcher_ConnectionWithItsGroupFromBefore_NeitherIsGranted(bool isFirstToBeSeen)
    {
        (ControlledProcess puppet, _) = await LaunchAsync();
        string program = await Programs.PuppetAsync();
        await puppet.AskAsync("connect");
        PeerCredentials before = await _listener!.AcceptAsync();
        await puppet.TellAsync($"launch {Launcher} {program}");
        (PeerCredentials own, Socket connection) = await _listener.AcceptConnectionAsync();
        foreach (PeerCredentials peer in isFirstToBeSeen ? [before, own] : (PeerCredentials[])[own, before])
        {
            VerificationResult result = await System.VerifyAsync(peer, Cancellation);
            Assert.True(result.IsVerified, result.Message);
            Own(result.Peer);
            Assert.True(System.IsLauncher(result.Peer));
            if (peer == own || !isFirstToBeSeen)
            {
                continue;
            }

            // Seen alone it is as good as any, until the launcher itself is seen.
            using SafeFileHandle file = Open(program);
            LaunchVerification early = await System.PrepareLaunchAsync(result.Peer, [file], Cancellation);
            Assert.True(early.IsVerified, early.Message);
            Own(early.Launch);
            early.Launch.Grant();
        }

        foreach (PeerCredentials peer in (PeerCredentials[])[before, own])
        {
            VerificationResult result = await System.VerifyAsync(peer, Cancellation);
            Own(result.Peer!);
            using SafeFileHandle file = Open(program);
            LaunchVerification late = await System.PrepareLaunchAsync(result.Peer!, [file], Cancellation);
            Assert.False(late.IsVerified);
        }

        // The early word does not count any more, whatever the process becomes.
        _listener.Stamp();
        await connection.SendAsync(Granted, Cancellation);
        await puppet.ExpectAsync("ready");
        await AssertLaunchedAsync(puppet, expected: false);
        connection.Dispose();
    }

    [Theory]
    [InlineData("chmod 755 '{0}'")]
    [InlineData("chmod 2775 '{0}'")]
    [InlineData("chmod 2757 '{0}'")]
    [InlineData("chmod 2745 '{0}'")]
    [InlineData("chown 64124 '{0}'; chmod 2755 '{0}'")]
    [InlineData("chgrp 64124 '{0}'; chmod 2755 '{0}'")]
    [InlineData("chmod 777 '{1}'")]
    [InlineData("cp '{0}' '{0}.new'; chgrp 64125 '{0}.new'; chmod 2755 '{0}.new'; mv '{0}.new' '{0}'")]
    [InlineData("rm '{0}'")]
    public async Task Launcher_NotInstalledAsItMustBe_IsNone(string change)
    {
        Install();
        await using ControlledProcess process = Start(await Programs.PuppetAsync());
        (PeerCredentials peer, Socket connection) = await _listener!.AcceptConnectionAsync();
        await using VerifiedPeer verified = (await System.VerifyAsync(peer, Cancellation)).Peer!;
        Assert.True(System.IsLauncher(verified));
        await ShellAsync(string.Format(global::System.Globalization.CultureInfo.InvariantCulture, change, Launcher, Files.PathOf("bin")));
        Assert.False(System.IsLauncher(verified));
        LaunchVerification result = await System.PrepareLaunchAsync(verified, [Open(await Programs.PuppetAsync())], Cancellation);
        Assert.False(result.IsVerified);
        connection.Dispose();
    }

    [Fact]
    public async Task Launcher_WhereOneDaemonServesOneUser_IsNone()
    {
        Install(markers: []);
        await using ControlledProcess process = Start(await Programs.PuppetAsync());
        (PeerCredentials peer, Socket connection) = await _listener!.AcceptConnectionAsync();
        await using VerifiedPeer verified = (await System.VerifyAsync(peer, Cancellation)).Peer!;
        Assert.False(System.IsLauncher(verified));
        connection.Dispose();
    }

    [Theory]
    [InlineData("cp /usr/bin/env '{0}'; chmod 4755 '{0}'", "set-id")]
    [InlineData("cp /usr/bin/env '{0}'; exec 9<'{0}'; rm '{0}'; touch '{0}'", "")]
    [InlineData("mkfifo '{0}'", "not a regular file")]
    public async Task Prepare_FileThatIsNoProgram_IsRefused(string make, string sentence)
    {
        string path = Files.PathOf("file");
        await ShellAsync(string.Format(global::System.Globalization.CultureInfo.InvariantCulture, make, path));
        using SafeFileHandle file = Open(path);
        LaunchVerification result = await PrepareAsync([file]);
        if (sentence.Length == 0)
        {
            // Another file of that name is a program as good as any, with a hash of its own.
            Assert.NotEqual(await Sha256Async("/usr/bin/env"), result.Launch?.Sha256);
            return;
        }

        Assert.False(result.IsVerified);
        Assert.Contains(sentence, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_DeletedFile_IsRefused()
    {
        string path = Files.Copy("/usr/bin/env", "gone");
        using SafeFileHandle file = Open(path);
        File.Delete(path);
        LaunchVerification result = await PrepareAsync([file]);
        Assert.False(result.IsVerified);
        Assert.Contains("deleted or replaced", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Prepare_OtherNumberOfFiles_IsRefused(int count)
    {
        SafeHandle[] files = [.. Enumerable.Range(0, count).Select(_ => Open("/usr/bin/env"))];
        LaunchVerification result = await PrepareAsync(files);
        Assert.False(result.IsVerified);
        Array.ForEach(files, file => file.Dispose());
    }

    /// <summary>The interpreter reads the copy long after this: one that can still be changed vouches for nothing.</summary>
    [Fact]
    public async Task Prepare_ScriptWhoseCopyCanBeChanged_IsRefused()
    {
        string script = Files.PathOf("script.py");
        await File.WriteAllTextAsync(script, "#!/usr/bin/python3\n", Cancellation);
        using SafeFileHandle interpreter = Open("/usr/bin/env");
        using SafeFileHandle file = Open(script);
        using SafeFileHandle copy = Open(script);
        LaunchVerification result = await PrepareAsync([interpreter, file, copy]);
        Assert.False(result.IsVerified);
        Assert.Contains("can still be changed", result.Message, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        _listener?.Dispose();
        await base.DisposeAsync();
    }

    private async Task<LaunchVerification> PrepareAsync(IReadOnlyList<SafeHandle> files)
    {
        Install();
        await using ControlledProcess process = Start(await Programs.PuppetAsync());
        (PeerCredentials peer, Socket connection) = await _listener!.AcceptConnectionAsync();
        await using VerifiedPeer verified = (await System.VerifyAsync(peer, Cancellation)).Peer!;
        LaunchVerification result = await System.PrepareLaunchAsync(verified, files, Cancellation);
        connection.Dispose();
        return result;
    }

    /// <summary>Starts the puppet through the launcher.</summary>
    private async Task<(ControlledProcess Puppet, string? Why)> LaunchAsync(bool grant = true, bool complete = true, string? verified = null)
    {
        Install();
        string program = await Programs.PuppetAsync();
        ControlledProcess puppet = Own(Start(program));
        string? why = await AnswerAsync(verified ?? program, grant, complete);
        await puppet.ExpectAsync("ready");
        return (puppet, why);
    }

    private async Task<string?> AnswerAsync(string verified, bool grant, bool complete)
    {
        (PeerCredentials peer, Socket connection) = await _listener!.AcceptConnectionAsync();
        VerificationResult result = await System.VerifyAsync(peer, Cancellation);
        Assert.True(result.IsVerified, result.Message);
        Own(result.Peer);
        Assert.True(System.IsLauncher(result.Peer));
        using SafeFileHandle file = Open(verified);
        LaunchVerification prepared = await System.PrepareLaunchAsync(result.Peer, [file], Cancellation);
        Assert.True(prepared.IsVerified, prepared.Message);
        Own(prepared.Launch);
        Assert.Equal((verified, await Sha256Async(verified)), (prepared.Launch.ExecutablePath, prepared.Launch.Sha256));
        Assert.Contains("command_line", prepared.Launch.Evidence.Keys);
        if (grant)
        {
            prepared.Launch.Grant();
        }

        // As the transport does before it answers: from here on the queue has been seen empty.
        _listener.Stamp();
        await connection.SendAsync(Granted, Cancellation);
        byte[] rest = new byte[256];
        while (await connection.ReceiveAsync(rest, Cancellation).AsTask().WaitAsync(Patience, Cancellation) > 0)
        {
            // The line itself; the end follows when the launcher has become the program.
        }

        return complete ? await prepared.Launch.CompleteAsync(Cancellation) : null;
    }

    private async Task<VerificationResult> ConnectedAsync(ControlledProcess puppet)
    {
        await puppet.AskAsync("connect");
        return await System.VerifyAsync(await _listener!.AcceptAsync(), Cancellation);
    }

    private async Task AssertLaunchedAsync(ControlledProcess puppet, bool expected)
    {
        VerificationResult result = await ConnectedAsync(puppet);
        Assert.True(result.IsVerified, result.Message);
        Assert.Equal(expected, ((ILaunchedPeer)result.Peer).IsLaunched);
        await result.Peer.DisposeAsync();
    }

    private void Install(IEnumerable<string>? markers = null)
    {
        NeedsRoot();
        string run = Files.PathOf("run");
        Directory.CreateDirectory(Path.Combine(run, "keychain-auth"));
        CommandResult built = Command.RunAsync(
            "make", ["-C", Path.Combine(RepositoryPaths.Root, "launcher"), $"RUN={run}", $"OUT={Files.PathOf("bin")}", $"{Files.PathOf("bin")}/keychain-auth-launch"])
            .GetAwaiter().GetResult();
        Assert.True(built.ExitCode == 0, built.ToString());
        ShellAsync($"chmod 755 '{run}' '{run}/keychain-auth' '{Files.PathOf("bin")}'; chgrp {Group} '{Launcher}'; chmod 2755 '{Launcher}'").GetAwaiter().GetResult();
        _listener = new PeerListener(Path.Combine(run, "keychain-auth", "agent.sock"));
        _system = new LinuxPeerVerifier(
            new PluginContext
            {
                Id = "verify-linux",
                Settings = new Dictionary<string, string>(),
                StateDirectory = Files.PathOf("state"),
                Log = Log,
                Time = TimeProvider.System,
                Environment = new HostEnvironment
                {
                    OperatingSystem = "linux",
                    Markers = new HashSet<string>(markers ?? ["system"]),
                    HomeDirectory = Files.Path,
                    UserId = OrdinaryUser,
                },
            },
            VerifierSettings.Parse(new Dictionary<string, string> { ["launcher"] = Launcher }));
    }

    private ControlledProcess Start(string program) => ControlledProcess.Start(
        "setpriv", ["--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups", "--inh-caps=-all", Launcher, program, _listener!.Path], environment: null);

    private static async Task<ControlledProcess> StartOrdinaryAsync(string program, string socket)
    {
        ControlledProcess process = ControlledProcess.Start(
            "setpriv", ["--reuid", $"{OrdinaryUser}", "--regid", $"{OrdinaryUser}", "--clear-groups", "--inh-caps=-all", program, socket], environment: null);
        await process.ExpectAsync("ready");
        return process;
    }

    // Opening a FIFO for both is no wait.
    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, new FileInfo(path).Length == 0 ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static Task ShellAsync(string command) => RunAsync("sh", "-ec", command);
}
