using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>How long pins live, and what they make attributable.</summary>
[SupportedOSPlatform("linux")]
public sealed class PinTests(AttackerPrograms programs) : VerifierTest(programs)
{
    [Fact]
    public async Task VerifyAsync_SecondConnectionAfterThePin_Attributable()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        VerificationResult first = await VerifyAsync(await ConnectAsync(puppet));
        Assert.False(first.Attributable);
        await first.Peer!.DisposeAsync();
        Assert.Equal(1, Verifier.Pins.Count);

        // The stamp is still the one from before the pin.
        VerificationResult unproven = await VerifyAsync(await ConnectAsync(puppet));
        Assert.False(unproven.Attributable);
        await unproven.Peer!.DisposeAsync();

        Listener.EmptyAt = null;
        VerificationResult unknown = await VerifyAsync(await ConnectAsync(puppet));
        Assert.False(unknown.Attributable);
        await unknown.Peer!.DisposeAsync();

        Listener.Stamp();
        VerificationResult second = await VerifyAsync(await ConnectAsync(puppet));
        Assert.True(second.Attributable);
        await second.Peer!.DisposeAsync();
    }

    /// <summary>Only the kernel's evidence counts, not the number: a new process with another's number is pinned anew.</summary>
    [Fact]
    public async Task Reap_ProcessesEnded_PinsGone()
    {
        string program = await Programs.PuppetAsync();
        ControlledProcess one = await StartAsync(program);
        ControlledProcess two = await StartAsync(program);
        await (await VerifiedAsync(await ConnectAsync(one))).DisposeAsync();
        VerifiedPeer held = await VerifiedAsync(await ConnectAsync(two));
        Verifier.Pins.Reap();
        Assert.Equal(2, Verifier.Pins.Count);
        await one.StopAsync();
        await two.StopAsync();
        Verifier.Pins.Reap();
        Assert.Equal(0, Verifier.Pins.Count);
        Assert.False(await IsUnchangedAsync(held));
    }

    [Fact]
    public async Task VerifyAsync_MorePinsThanAllowed_IdleOnesGoFirst()
    {
        CreateVerifier(new Dictionary<string, string> { ["max_pins"] = "4" });
        string common = await Programs.PuppetAsync();
        string honest = Files.Copy(common, "honest");
        ControlledProcess rare = await StartAsync(honest);
        await (await VerifiedAsync(await ConnectAsync(rare))).DisposeAsync();

        // A crowd of processes of one program pushes out its own pins only.
        for (int count = 0; count < 8; count++)
        {
            await (await VerifiedAsync(await ConnectAsync(await StartAsync(common)))).DisposeAsync();
            Assert.InRange(Verifier.Pins.Count, 1, 4);
        }

        Listener.Stamp();
        VerificationResult result = await VerifyAsync(await ConnectAsync(rare));
        Assert.True(result.Attributable);
        await result.Peer!.DisposeAsync();
    }

    [Fact]
    public async Task VerifyAsync_AllPinsInUse_ServedWithoutAttribution()
    {
        CreateVerifier(new Dictionary<string, string> { ["max_pins"] = "4" });
        string program = await Programs.PuppetAsync();
        for (int count = 0; count < 4; count++)
        {
            await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        }

        ControlledProcess late = await StartAsync(program);
        for (int connection = 0; connection < 2; connection++)
        {
            Listener.Stamp();
            VerificationResult result = await VerifyAsync(await ConnectAsync(late));
            Assert.True(result.IsVerified, result.Message);
            Assert.False(result.Attributable);
            Assert.True(await IsUnchangedAsync(result.Peer));
            await result.Peer.DisposeAsync();
        }

        Assert.Single(Log.All, line => line.Contains("max_pins", StringComparison.Ordinal));
    }

    [Fact]
    public async Task VerifyAsync_ProgramsComeAndGo_NothingIsLeftBehind()
    {
        string program = await Programs.StaticPuppetAsync();
        HashSet<int> puppets = [];
        for (int count = 0; count < 30; count++)
        {
            await using ControlledProcess puppet = await StartAsync(program);
            puppets.Add(puppet.Id);
            VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
            Assert.True(await IsUnchangedAsync(peer));
            Assert.NotEqual(0, DescriptorsOf(puppets));
            await peer.DisposeAsync();
        }

        Verifier.Pins.Reap();
        Assert.Equal(0, Verifier.Pins.Count);
        Assert.Equal(0, Verifier.Services.Trusted.Count);
        Assert.Equal(0, DescriptorsOf(puppets));
    }

    /// <summary>Descriptors below /proc of these processes: only pins hold such.</summary>
    private static int DescriptorsOf(HashSet<int> processes) =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Select(entry => new FileInfo(entry).LinkTarget?.Split('/'))
            .Count(target => target is ["", "proc", string id, ..]
                && int.TryParse(id.Split(' ')[0], out int number) && processes.Contains(number));
}
