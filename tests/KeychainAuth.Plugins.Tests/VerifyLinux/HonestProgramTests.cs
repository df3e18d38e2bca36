using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Programs that must not be refused.</summary>
[SupportedOSPlatform("linux")]
public sealed class HonestProgramTests(AttackerPrograms programs) : VerifierTest(programs)
{
    [Theory]
    [InlineData("")]
    [InlineData("-static")]
    [InlineData("-static-pie")]
    [InlineData("-no-pie")]
    public async Task VerifyAsync_CProgram_NamedWithoutFurtherCode(string options)
    {
        string program = await Programs.ProgramAsync("puppet", options);
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(program, peer.ExecutablePath);
        Assert.Equal(await Sha256Async(program), peer.Sha256);
        Assert.False(peer.Code.HasAnonymousCode);
        // Distributions' libraries are root's.
        Assert.Empty(peer.Code.Files);
        Assert.Equal("pidfd", peer.Evidence["process_handle"]);
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_OrdinaryUsersProgram_Verified()
    {
        NeedsRoot();
        CreateVerifier(userId: OrdinaryUser);
        ControlledProcess puppet = await StartOrdinaryAsync(await Programs.PuppetAsync());
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_Python_NamesTheInterpreter()
    {
        const string Program = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Program), "python3 is not installed.");
        await StartAsync(Program, ["-c", "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\nprint('ready',flush=True)\nsys.stdin.read()", Listener.Path]);
        VerifiedPeer peer = await VerifiedAsync(await Listener.AcceptAsync());
        Assert.Equal(File.ResolveLinkTarget(Program, returnFinalTarget: true)?.FullName ?? Program, peer.ExecutablePath);
        Assert.Equal(await Sha256Async(peer.ExecutablePath), peer.Sha256);
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_Node_CodeWithoutFileIsReported()
    {
        const string Program = "/usr/bin/node";
        Assert.SkipUnless(File.Exists(Program), "node is not installed.");
        await StartAsync(Program, ["-e", "require('net').connect(process.argv[1], () => console.log('ready')); process.stdin.on('end', () => process.exit()).resume()", Listener.Path]);
        VerifiedPeer peer = await VerifiedAsync(await Listener.AcceptAsync());
        Assert.Equal(File.ResolveLinkTarget(Program, returnFinalTarget: true)?.FullName ?? Program, peer.ExecutablePath);
        Assert.True(peer.Code.HasAnonymousCode);
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_Shell_NamesTheShell()
    {
        string shell = File.ResolveLinkTarget("/bin/sh", returnFinalTarget: true)?.FullName ?? "/bin/sh";
        ControlledProcess process = await StartAsync("/bin/sh", ["-c", "echo ready; read line"]);
        using PeerCredentials peer = Of(process.Id);
        VerifiedPeer verified = await VerifiedAsync(peer);
        Assert.EndsWith(shell, verified.ExecutablePath, StringComparison.Ordinal);
    }

    /// <summary>This very process: a .NET program, compiled as it runs.</summary>
    [Fact]
    public async Task VerifyAsync_DotnetProgram_CodeWithoutFileIsReported()
    {
        using PeerCredentials self = Of(Environment.ProcessId);
        VerifiedPeer peer = await VerifiedAsync(self);
        Assert.Equal(Environment.ProcessPath, peer.ExecutablePath);
        Assert.True(peer.Code.HasAnonymousCode);
    }

    [Fact]
    public async Task VerifyAsync_MountNamespaceThatShowsTheSameFile_Verified()
    {
        NeedsRoot();
        string program = await Programs.PuppetAsync();
        ControlledProcess puppet = await StartAsync("unshare", ["-m", program, Listener.Path]);
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.Equal(program, peer.ExecutablePath);
    }

    [Fact]
    public async Task VerifyAsync_ManyThreads_Verified()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        for (int thread = 0; thread < 5; thread++)
        {
            await puppet.TellAsync("thread");
            Assert.StartsWith("thread ", await puppet.ReadAsync(), StringComparison.Ordinal);
        }

        Assert.True(await IsUnchangedAsync(await VerifiedAsync(await ConnectAsync(puppet))));
    }

    [Fact]
    public async Task VerifyAsync_PathWithSpacesAndAccents_NamedExactly()
    {
        string program = Files.Copy(await Programs.PuppetAsync(), "pro gräm (x) \\ 1");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(program, peer.ExecutablePath);
    }

    [Fact]
    public async Task VerifyAsync_PathWithNewline_NamedExactly()
    {
        string program = Files.Copy(await Programs.PuppetAsync(), "two\nlines");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(program, peer.ExecutablePath);
    }

    private static PeerCredentials Of(int processId) => new()
    {
        ProcessId = processId,
        UserId = TestNative.GetEUid(),
        ProcessHandle = TestNative.OpenPidFd(processId),
    };
}
