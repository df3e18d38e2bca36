using System.Security.Cryptography;
using Xunit;

namespace KeychainAuth.Plugin.Testing;

/// <summary>
/// What every verifier must do. Derive a class in a test project and say how to create the verifier and how to start a
/// peer; xunit runs the inherited tests. They show that honest programs are recognised and that the commonest lies are
/// not: a platform's own attacks need tests of their own beside these.
/// </summary>
public abstract class VerifierConformance
{
    /// <summary>How long a single call may take before a test gives up on it.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Creates the verifier, through its factory, serving the user who runs the tests.</summary>
    /// <param name="settings">Its settings, as from config.json.</param>
    protected abstract IPeerVerifier CreateVerifier(IReadOnlyDictionary<string, string> settings);

    /// <summary>Starts an honest program of the same user, which connects and stays.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    protected abstract ValueTask<VerifierConformancePeer> StartPeerAsync(CancellationToken cancellationToken);

    /// <summary>A misspelt setting must not go unnoticed.</summary>
    [Fact]
    public void Create_UnknownSetting_Refused()
    {
        PluginSettingsException refusal = Assert.Throws<PluginSettingsException>(
            () => CreateVerifier(new Dictionary<string, string> { ["no_such_setting"] = "1" }));
        Assert.Contains("no_such_setting", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>An honest program is named by the path and content of the file it runs.</summary>
    [Fact]
    public async Task VerifyAsync_HonestPeer_NamesItsExecutable()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        await using VerifiedPeer verified = await VerifiedAsync(verifier, peer.Credentials);
        Assert.Equal(peer.ExecutablePath, verified.ExecutablePath);
        await using FileStream file = new(peer.ExecutablePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Cancellation)), verified.Sha256);
        Assert.NotNull(verified.Evidence);
        Assert.NotNull(verified.Code);
    }

    /// <summary>Looking again at a process that does nothing finds nothing new, not even a new instance of the findings.</summary>
    [Fact]
    public async Task IsUnchangedAsync_NothingHappened_TrueAndSameCode()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        await using VerifiedPeer verified = await VerifiedAsync(verifier, peer.Credentials);
        Assert.True(await Within(verified.IsUnchangedAsync(Cancellation)));
        CodeInventory code = verified.Code;
        for (int look = 0; look < 3; look++)
        {
            Assert.True(await Within(verified.IsUnchangedAsync(Cancellation)));
            Assert.Same(code, verified.Code);
        }
    }

    /// <summary>A process that has ended is not the one that was verified.</summary>
    [Fact]
    public async Task IsUnchangedAsync_PeerEnded_False()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        await using VerifiedPeer verified = await VerifiedAsync(verifier, peer.Credentials);
        await peer.StopAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.False(await Within(verified.IsUnchangedAsync(Cancellation)));
    }

    /// <summary>A peer that is gone before anybody asks is refused, not an exception.</summary>
    [Fact]
    public async Task VerifyAsync_PeerEnded_Refused()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        await peer.StopAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await AssertRefusedAsync(verifier, peer.Credentials);
    }

    /// <summary>Credentials without a user, or of another one, are refused.</summary>
    [Fact]
    public async Task VerifyAsync_AnotherUser_Refused()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        PeerCredentials real = peer.Credentials;
        (uint? UserId, string? Sid)[] others = [(null, null), (real.UserId + 1, "S-1-5-21-1-2-3-1001")];
        foreach ((uint? userId, string? sid) in others)
        {
            // Not disposed: the process handle belongs to the peer.
            PeerCredentials altered = new()
            {
                ProcessId = real.ProcessId,
                UserId = real.UserId is null ? null : userId,
                Sid = real.Sid is null ? null : sid,
                GroupId = real.GroupId,
                ProcessHandle = real.ProcessHandle,
                AuditToken = real.AuditToken,
                ConnectedAfter = real.ConnectedAfter,
            };
            await AssertRefusedAsync(verifier, altered);
        }
    }

    /// <summary>A process may have several connections; each result stands on its own.</summary>
    [Fact]
    public async Task VerifyAsync_SecondConnection_SameIdentity()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        VerifiedPeer first = await VerifiedAsync(verifier, peer.Credentials);
        await using VerifiedPeer second = await VerifiedAsync(verifier, peer.Credentials);
        await Within(first.DisposeAsync());
        Assert.Equal(first.ExecutablePath, second.ExecutablePath);
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.True(await Within(second.IsUnchangedAsync(Cancellation)));
    }

    /// <summary>
    /// Attributable is a promise about every byte of a connection, so nothing that cannot be shown to be younger than
    /// the first look may carry it; and a process that connects again after it must be given it, since clients that
    /// are told to reconnect would otherwise never be served. (Where no transport stamps connections, nothing is said.)
    /// </summary>
    [Fact]
    public async Task VerifyAsync_ConnectedAgainAfterFirstLook_AttributableOnlyThen()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        bool isStamped = peer.Credentials.ConnectedAfter is not null;
        VerificationResult first = await Within(verifier.VerifyAsync(peer.Credentials, Cancellation));
        Assert.True(first.IsVerified, first.Message);
        await using VerifiedPeer firstPeer = first.Peer;
        Assert.False(isStamped && first.Attributable, "The first connection is older than the first look at its process.");
        await Within(first.Peer.DisposeAsync());

        await peer.ReconnectAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        VerificationResult second = await Within(verifier.VerifyAsync(peer.Credentials, Cancellation));
        Assert.True(second.IsVerified, second.Message);
        await using VerifiedPeer secondPeer = second.Peer;
        if (isStamped)
        {
            Assert.True(second.Attributable, "A connection made after the first look can be told to be this image's.");
        }
    }

    /// <summary>Ten at once are all answered, and alike.</summary>
    [Fact]
    public async Task VerifyAsync_ManyAtOnce_AllAlike()
    {
        await using IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        VerificationResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => Task.Run(() => verifier.VerifyAsync(peer.Credentials, Cancellation).AsTask())))
            .WaitAsync(Patience, Cancellation);
        Assert.All(results, result => Assert.True(result.IsVerified, result.Message));
        Assert.Single(results.Select(result => (result.Peer!.ExecutablePath, result.Peer.Sha256)).Distinct());
        foreach (VerificationResult result in results)
        {
            await Within(result.Peer!.DisposeAsync());
        }
    }

    /// <summary>Disposing twice is allowed, and a peer that was disposed vouches for nothing.</summary>
    [Fact]
    public async Task DisposeAsync_Twice_PeerVouchesForNothing()
    {
        IPeerVerifier verifier = Create();
        await using VerifierConformancePeer peer = await StartAsync();
        VerifiedPeer verified = await VerifiedAsync(verifier, peer.Credentials);
        await Within(verified.DisposeAsync());
        await Within(verified.DisposeAsync());
        Assert.False(await Within(verified.IsUnchangedAsync(Cancellation)));
        await Within(verifier.DisposeAsync());
        await Within(verifier.DisposeAsync());
    }

    private IPeerVerifier Create() => CreateVerifier(new Dictionary<string, string>());

    private async Task<VerifierConformancePeer> StartAsync() =>
        await StartPeerAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private async Task<VerifiedPeer> VerifiedAsync(IPeerVerifier verifier, PeerCredentials credentials)
    {
        VerificationResult result = await Within(verifier.VerifyAsync(credentials, Cancellation));
        Assert.True(result.IsVerified, result.Message);
        return result.Peer;
    }

    private async Task AssertRefusedAsync(IPeerVerifier verifier, PeerCredentials credentials)
    {
        VerificationResult result = await Within(verifier.VerifyAsync(credentials, Cancellation));
        Assert.False(result.IsVerified, "The verifier vouched for what it cannot know.");
        Assert.Equal(VerificationRefusal.Unverifiable, result.Refusal);
        Assert.False(string.IsNullOrWhiteSpace(result.Message), "A refusal must say why in a sentence.");
        Assert.Null(result.Peer);
    }

    private Task<T> Within<T>(ValueTask<T> call) => call.AsTask().WaitAsync(Patience, Cancellation);

    private Task Within(ValueTask call) => call.AsTask().WaitAsync(Patience, Cancellation);
}
