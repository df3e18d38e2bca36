using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Who the process is: number, pidfd, user, namespaces, tracer.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessIdentityTests(AttackerPrograms programs) : VerifierTest(programs)
{
    [Fact]
    public async Task VerifyAsync_PidFdOfAnotherProcess_Refused()
    {
        ControlledProcess one = await StartAsync(await Programs.PuppetAsync());
        ControlledProcess other = await StartAsync(await Programs.PuppetAsync());
        using PeerCredentials mixed = new() { ProcessId = one.Id, UserId = TestNative.GetEUid(), ProcessHandle = TestNative.OpenPidFd(other.Id) };
        await AssertRefusedAsync(mixed, "no longer knows");

        // Nor does a pin of the one help the other.
        await VerifiedAsync(await ConnectAsync(one));
        await AssertRefusedAsync(mixed, "no longer knows");
        Assert.Equal(1, Verifier.Pins.Count);
    }

    [Fact]
    public async Task VerifyAsync_ProcessEndedAfterConnecting_Refused()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        PeerCredentials peer = await ConnectAsync(puppet);
        await puppet.StopAsync();
        await AssertRefusedAsync(peer, "no longer knows");
    }

    [Fact]
    public async Task VerifyAsync_WithoutPidFd_VerifiedAndSaidOnce()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        for (int connection = 0; connection < 3; connection++)
        {
            Listener.Stamp();
            VerificationResult result = await VerifyAsync(await ConnectAsync(puppet, withPidFd: false));
            Assert.True(result.IsVerified, result.Message);
            Assert.Equal("none", result.Peer.Evidence["process_handle"]);
            Assert.Equal(connection > 0, result.Attributable);
            await result.Peer.DisposeAsync();
        }

        Assert.Single(Log.All, line => line.Contains("no pidfd", StringComparison.Ordinal));

        await puppet.StopAsync();
        using PeerCredentials gone = new() { ProcessId = puppet.Id, UserId = TestNative.GetEUid() };
        await AssertRefusedAsync(gone, "no longer knows");
    }

    [Fact]
    public async Task VerifyAsync_OwnUserAndPidNamespace_Refused()
    {
        ControlledProcess puppet = await StartInNamespacesAsync("-Urpf");
        await AssertRefusedAsync(await ConnectAsync(puppet), "namespace");
    }

    [Fact]
    public async Task VerifyAsync_OwnUserNamespace_Refused()
    {
        ControlledProcess puppet = await StartInNamespacesAsync("-Ur");
        await AssertRefusedAsync(await ConnectAsync(puppet), "user namespace");
    }

    [Fact]
    public async Task VerifyAsync_OwnPidNamespace_Refused()
    {
        NeedsRoot();
        ControlledProcess puppet = await StartInNamespacesAsync("-pf");
        await AssertRefusedAsync(await ConnectAsync(puppet), "pid namespace");
    }

    [Fact]
    public async Task VerifyAsync_Traced_RefusedUntilTheTracerLeaves()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        PeerCredentials peer = await ConnectAsync(puppet);
        VerifiedPeer verified = await VerifiedAsync(peer);
        ControlledProcess tracer = await StartAsync(await Programs.ProgramAsync("tracer"), [$"{puppet.Id}"]);

        Assert.False(await IsUnchangedAsync(verified));
        await AssertRefusedAsync(peer, $"traced by process {tracer.Id}");

        await tracer.StopAsync();
        await VerifiedAsync(peer);
    }

    /// <summary>The status of the process names only the tracer of its first thread.</summary>
    [Fact]
    public async Task VerifyAsync_OtherThreadTraced_Refused()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.TellAsync("thread");
        string thread = (await puppet.ReadAsync()).Split(' ')[1];
        ControlledProcess tracer = await StartAsync(await Programs.ProgramAsync("tracer"), [thread]);
        await AssertRefusedAsync(await ConnectAsync(puppet), $"traced by process {tracer.Id}");
    }

    [Fact]
    public async Task VerifyAsync_AnotherUsersProcess_Refused()
    {
        NeedsRoot();
        ControlledProcess puppet = await StartOrdinaryAsync(await Programs.PuppetAsync());
        await AssertRefusedAsync(await ConnectAsync(puppet), $"user {OrdinaryUser}");
    }

    /// <summary>Connected as the user, and then became another: what the socket remembers is not what runs.</summary>
    [Fact]
    public async Task VerifyAsync_UserIdsDiffer_Refused()
    {
        NeedsRoot();
        CreateVerifier(userId: OrdinaryUser);
        ControlledProcess puppet = await StartAsync(
            "setpriv", ["--euid", $"{OrdinaryUser}", "--clear-groups", await Programs.PuppetAsync(), Listener.Path]);
        await AssertRefusedAsync(await ConnectAsync(puppet), "other user ids");
    }

    private async Task<ControlledProcess> StartInNamespacesAsync(string option)
    {
        string? problem = await TryRunAsync("unshare", option, "true");
        Assert.SkipUnless(problem is null, $"Namespaces cannot be made here: {problem}");
        return await StartAsync("unshare", [option, "--kill-child", await Programs.PuppetAsync(), Listener.Path]);
    }
}
