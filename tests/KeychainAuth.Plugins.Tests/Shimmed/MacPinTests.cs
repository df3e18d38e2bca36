using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

public sealed class MacPinTests : MacVerifierTest
{
    private static long Now => TimeProvider.System.GetTimestamp();

    [Fact]
    public async Task VerifyAsync_FirstConnectionThenSecond_OnlyTheSecondIsAttributable()
    {
        RunSigned();
        VerificationResult first = await VerifyAsync(Peer(connectedAfter: Now));
        Assert.False(first.Attributable);
        await first.Peer!.DisposeAsync();
        VerificationResult second = await VerifyAsync(Peer(connectedAfter: Now));
        Assert.True(second.Attributable);
        await second.Peer!.DisposeAsync();
        VerificationResult unstamped = await VerifyAsync(Peer());
        Assert.False(unstamped.Attributable);
        await unstamped.Peer!.DisposeAsync();
    }

    /// <summary>Connect, write, fork a child that keeps the socket, exec the approved program: another version, no pin.</summary>
    [Fact]
    public async Task VerifyAsync_ExecSinceThePin_IsAnotherImage()
    {
        RunSigned();
        VerifiedPeer before = await VerifiedAsync(Peer(connectedAfter: Now));
        StandIn.Exec(Pid, Version + 1);
        Assert.False(await IsUnchangedAsync(before));
        Assert.Contains("executed another program", before.ChangeDescription, StringComparison.Ordinal);
        VerificationResult after = await VerifyAsync(Peer(version: Version + 1, connectedAfter: Now));
        Assert.True(after.IsVerified, after.Message);
        Assert.False(after.Attributable);
        await after.Peer.DisposeAsync();
    }

    [Fact]
    public async Task IsUnchangedAsync_WhateverHappensToTheProcess_FalseAndWhy()
    {
        RunSigned();
        VerifiedPeer peer = await VerifiedAsync();
        await ChangesAsync(() => StandIn.Trace(Pid, 1), () => StandIn.Trace(Pid, 0), "being debugged");
        await ChangesAsync(() => StandIn.Validity(Pid, -67063), () => StandIn.Validity(Pid, 0), "pages were changed");
        await ChangesAsync(() => StandIn.Move(Pid, "/elsewhere/tool"), () => StandIn.Move(Pid, Program), "moved");
        StandIn.End(Pid);
        Assert.False(await IsUnchangedAsync(peer));
        Assert.Contains("ended", peer.ChangeDescription, StringComparison.Ordinal);

        // The number again, and even the version: another start time is another process.
        StandIn.Process(Pid, Version, User, Start + 1, Program);
        Assert.False(await IsUnchangedAsync(peer));

        async Task ChangesAsync(Action change, Action undo, string why)
        {
            change();
            Assert.False(await IsUnchangedAsync(peer));
            Assert.Contains(why, peer.ChangeDescription, StringComparison.Ordinal);
            undo();
            Assert.True(await IsUnchangedAsync(peer));
            Assert.Null(peer.ChangeDescription);
        }
    }

    [Fact]
    public async Task VerifyAsync_PinnedImageChanged_RefusedAndForgotten()
    {
        RunSigned();
        await (await VerifiedAsync()).DisposeAsync();
        StandIn.Validity(Pid, -67063);
        await RefusedAsync("no longer valid");
    }

    [Fact]
    public async Task Reap_ProcessesThatAreGone_Forgotten()
    {
        RunSigned();
        VerifiedPeer held = await VerifiedAsync();
        StandIn.End(Pid);
        Verifier.Pins.Reap();
        Assert.Equal(1, Verifier.Pins.Count); // A connection still holds it.
        await held.DisposeAsync();
        Verifier.Pins.Reap();
        Assert.Equal(0, Verifier.Pins.Count);
    }

    [Fact]
    public async Task VerifyAsync_MoreImagesThanPins_TheIdleOneUsedLeastRecentlyGoes()
    {
        CreateVerifier(("max_pins", "4"));
        RunSigned();
        for (int version = Version; version < Version + 6; version++)
        {
            StandIn.Exec(Pid, version);
            await (await VerifiedAsync(Peer(version: version))).DisposeAsync();
        }

        Assert.Equal(4, Verifier.Pins.Count);
    }
}
