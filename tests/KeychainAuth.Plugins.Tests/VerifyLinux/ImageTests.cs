using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Processes that change their program, or whose file is not what it seems.</summary>
[SupportedOSPlatform("linux")]
public sealed class ImageTests(AttackerPrograms programs) : VerifierTest(programs)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IsUnchangedAsync_AnotherProgramRuns_FalseAndVerifiedAnew(bool sameFile)
    {
        string first = Files.Copy(await Programs.StaticPuppetAsync(), "first");
        string second = sameFile ? first : Files.Copy(await Programs.PuppetAsync(), "second");
        ControlledProcess puppet = await StartAsync(first);
        PeerCredentials connection = await ConnectAsync(puppet);
        VerifiedPeer before = await VerifiedAsync(connection);

        await puppet.AskAsync($"exec {second}", "ready");

        Assert.False(await before.IsSameImageAsync(Cancellation));
        Assert.False(await IsUnchangedAsync(before));
        VerificationResult result = await VerifyAsync(connection);
        Assert.True(result.IsVerified, result.Message);
        await using VerifiedPeer after = result.Peer;
        Assert.Equal(second, after.ExecutablePath);
        Assert.False(result.Attributable, "The connection was made by the program before.");
        Assert.True(await IsUnchangedAsync(after));
    }

    [Fact]
    public async Task VerifyAsync_ReconnectedAfterExec_AttributableToTheNewImageOnly()
    {
        string approved = await Programs.PuppetAsync();
        ControlledProcess puppet = await StartAsync(Files.Copy(await Programs.StaticPuppetAsync(), "attacker"));
        await VerifiedAsync(await ConnectAsync(puppet));
        Listener.Stamp();
        PeerCredentials attackers = await ConnectAsync(puppet);
        await puppet.AskAsync($"exec {approved}", "ready");

        VerificationResult result = await VerifyAsync(attackers);
        Assert.True(result.IsVerified, result.Message);
        await using VerifiedPeer peer = result.Peer;
        Assert.Equal(approved, peer.ExecutablePath);
        Assert.False(result.Attributable);

        Listener.Stamp();
        VerificationResult own = await VerifyAsync(await ConnectAsync(puppet));
        Assert.True(own.Attributable, own.Message);
        await own.Peer!.DisposeAsync();
    }

    [Fact]
    public async Task VerifyAsync_DeletedExecutable_Refused()
    {
        string program = Files.Copy(await Programs.PuppetAsync(), "program");
        ControlledProcess puppet = await StartAsync(program);
        PeerCredentials peer = await ConnectAsync(puppet);
        VerifiedPeer before = await VerifiedAsync(peer);
        File.Delete(program);
        Assert.True(await before.IsSameImageAsync(Cancellation), "The image that was verified still runs.");
        Assert.True(await IsUnchangedAsync(before), "The image that was verified still runs.");
        await AssertRefusedAsync(peer, "deleted or replaced");
    }

    [Fact]
    public async Task VerifyAsync_ReplacedExecutable_Refused()
    {
        string program = Files.Copy(await Programs.StaticPuppetAsync(), "program");
        PeerCredentials peer = await ConnectAsync(await StartAsync(program));
        File.Move(Files.Copy(await Programs.PuppetAsync(), "other"), program, overwrite: true);
        await AssertRefusedAsync(peer, "deleted or replaced");
    }

    [Fact]
    public async Task VerifyAsync_RenamedExecutableWithAnotherInItsPlace_NamedByItsNewPath()
    {
        string program = Files.Copy(await Programs.StaticPuppetAsync(), "approved");
        ControlledProcess puppet = await StartAsync(program);
        await VerifiedAsync(await ConnectAsync(puppet));
        File.Move(program, Files.PathOf("moved"));
        Files.Copy(await Programs.PuppetAsync(), "approved");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.Equal(Files.PathOf("moved"), peer.ExecutablePath);
    }

    [Fact]
    public async Task VerifyAsync_ProgramFromMemory_Refused()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync($"memfd {await Programs.StaticPuppetAsync()}", "ready");
        await AssertRefusedAsync(await ConnectAsync(puppet), "memfd");
    }

    [Fact]
    public async Task VerifyAsync_ImpostorMountedOverThePath_Refused()
    {
        NeedsRoot();
        string approved = Files.Copy(await Programs.StaticPuppetAsync(), "approved");
        string impostor = Files.Copy(await Programs.PuppetAsync(), "impostor");
        ControlledProcess puppet = await StartAsync(
            "unshare", ["-m", "/bin/sh", "-c", "mount --bind \"$1\" \"$2\" && exec \"$2\" \"$3\"", "sh", impostor, approved, Listener.Path]);
        await AssertRefusedAsync(await ConnectAsync(puppet), "another file");
    }

    [Fact]
    public async Task VerifyAsync_NotRandomised_Refused()
    {
        ControlledProcess puppet = await StartAsync("setarch", ["-R", await Programs.PuppetAsync(), Listener.Path]);
        await AssertRefusedAsync(await ConnectAsync(puppet), "not laid out at random");
    }

    /// <summary>
    /// The parent keeps the memory alive, so the maps descriptor alone would still read well; and where the same file is
    /// run again, so would the executable.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IsUnchangedAsync_ExecWhileMemoryIsShared_False(bool sameFile)
    {
        string attacker = await Programs.ProgramAsync("vforker");
        string approved = sameFile ? attacker : await Programs.PuppetAsync();
        ControlledProcess process = await StartAsync(attacker, [Listener.Path, approved], greeting: "connected");
        PeerCredentials connection = await Listener.AcceptAsync();
        VerifiedPeer before = await VerifiedAsync(connection);
        Assert.Equal(attacker, before.ExecutablePath);

        await process.AskAsync("go", "ready");

        Assert.False(await before.IsSameImageAsync(Cancellation));
        Assert.False(await IsUnchangedAsync(before));
        VerificationResult result = await VerifyAsync(connection);
        Assert.True(result.IsVerified, result.Message);
        await using VerifiedPeer after = result.Peer;
        Assert.Equal(approved, after.ExecutablePath);
        Assert.False(result.Attributable);
    }

    /// <summary>Verification and exec at the same time: whatever it sees, the attacker's connection is never the approved program's.</summary>
    [Fact]
    public async Task VerifyAsync_ExecMeanwhile_NeverAttributable()
    {
        string attacker = await Programs.ProgramAsync("vforker");
        string approved = await Programs.PuppetAsync();
        for (int round = 0; round < 30; round++)
        {
            await using ControlledProcess process = await StartAsync(attacker, [Listener.Path, approved], greeting: "connected");
            PeerCredentials connection = await Listener.AcceptAsync();
            Task<VerificationResult> verifying = Task.Run(() => VerifyAsync(connection), Cancellation);
            await process.AskAsync("go", "ready");
            VerificationResult result = await verifying.WaitAsync(Patience, Cancellation);
            if (result.IsVerified)
            {
                await using VerifiedPeer peer = result.Peer;
                Assert.False(result.Attributable);
                Assert.True(peer.ExecutablePath == approved || !await IsUnchangedAsync(peer));
            }
        }
    }

    /// <summary>What the kernel does with such a program's stack is what tells where its personality is not shown.</summary>
    [Fact]
    public async Task IsTopOfAddressSpace_RealStacks_OnlyTheNotRandomised()
    {
        string program = await Programs.PuppetAsync();
        ControlledProcess fixedLayout = await StartAsync("setarch", ["-R", program, Listener.Path]);
        ControlledProcess random = await StartAsync(program);
        Assert.True(AddressLayout.IsTopOfAddressSpace(await StackEndAsync(fixedLayout.Id)));
        Assert.False(AddressLayout.IsTopOfAddressSpace(await StackEndAsync(random.Id)));
    }

    /// <summary>Row 10: the kernel names the approved file, but nothing of it is in memory.</summary>
    [Fact]
    public async Task VerifyAsync_ForgedExecutable_Refused()
    {
        NeedsRoot();
        string forger = await Programs.ProgramAsync("forger");
        string library = await Programs.ProgramAsync("forger", "-shared -fPIC -DLIBRARY -Wl,-z,now");
        ControlledProcess process = await StartAsync(forger, [library, Listener.Path, await Programs.PuppetAsync()]);
        Assert.Equal(await Programs.PuppetAsync(), new FileInfo($"/proc/{process.Id}/exe").LinkTarget);
        await AssertRefusedAsync(await Listener.AcceptAsync(), "not among the code");
    }

    [Fact]
    public async Task VerifyAsync_VectorOfAnotherMemory_Refused()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync("move-vdso");
        await AssertRefusedAsync(await ConnectAsync(puppet), "does not belong to its memory");
    }

    private static async Task<ulong> StackEndAsync(int processId)
    {
        byte[] text = await File.ReadAllBytesAsync($"/proc/{processId}/maps", Cancellation);
        MapsReader reader = new(text);
        while (reader.MoveNext())
        {
            if (reader.Current.Name.SequenceEqual("[stack]"u8))
            {
                return reader.Current.End;
            }
        }

        return 0;
    }

    [Fact]
    public async Task VerifyAsync_TooLargeExecutable_Refused()
    {
        CreateVerifier(new Dictionary<string, string> { ["max_executable_bytes"] = "4096" });
        await AssertRefusedAsync(await ConnectAsync(await StartAsync(await Programs.PuppetAsync())), "max_executable_bytes");
    }
}
