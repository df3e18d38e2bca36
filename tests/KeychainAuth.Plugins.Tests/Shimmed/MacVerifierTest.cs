using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.VerifyMacOS;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>A verifier on the stand-in, and a program that the script runs.</summary>
public abstract class MacVerifierTest : ShimmedTest
{
    protected const int Pid = 4242;
    protected const int Version = 7;
    protected const uint User = 501;
    protected const ulong Start = 1_700_000_000;
    protected const string Team = "ABCDE12345";
    protected const string OfTeam = "anchor apple generic and certificate leaf[subject.OU] = \"ABCDE12345\"";
    protected const uint Hardened = 0x10000;

    private readonly TestDirectory _directory = new();

    protected string Program => Path.Combine(_directory.Path, "tool");

    internal MacPeerVerifier Verifier { get; private set; } = null!;

    protected MacVerifierTest() => CreateVerifier();

    internal MacPeerVerifier CreateVerifier(params (string Name, string Value)[] settings) => Verifier = Started(new MacPeerVerifier(
        Context(User), VerifierSettings.Parse(settings.ToDictionary(setting => setting.Name, setting => setting.Value))));

    /// <summary>Runs a signed program.</summary>
    protected byte[] RunSigned(string team = Team, uint flags = Hardened, uint state = 1, string entitlement = "", bool isApples = true)
    {
        File.WriteAllBytes(Program, MachOFile.Signed("com.example.tool", out byte[] cdHash));
        StandIn.Process(Pid, Version, User, Start, Program);
        StandIn.Sign(Pid, cdHash, "com.example.tool", team, flags, state, entitlement);
        if (isApples)
        {
            StandIn.Meets(Pid, team.Length == 0 ? "anchor apple" : OfTeam);
        }

        return cdHash;
    }

    /// <summary>Runs a program that nobody signed.</summary>
    protected void RunUnsigned()
    {
        File.WriteAllBytes(Program, MachOFile.Unsigned("content"));
        StandIn.Process(Pid, Version, User, Start, Program);
    }

    protected static PeerCredentials Peer(int version = Version, uint user = User, int? tokenPid = null, long? connectedAfter = null) => new()
    {
        ProcessId = Pid,
        UserId = User,
        AuditToken = Token(tokenPid ?? Pid, version, user),
        ConnectedAfter = connectedAfter,
    };

    protected static byte[] Token(int pid, int version, uint user) =>
        MemoryMarshal.AsBytes((ReadOnlySpan<uint>)[user, user, 20, user, 20, (uint)pid, 100_000, (uint)version]).ToArray();

    protected async Task<VerificationResult> VerifyAsync(PeerCredentials? peer = null) =>
        await Verifier.VerifyAsync(peer ?? Peer(), Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    protected async Task<VerifiedPeer> VerifiedAsync(PeerCredentials? peer = null)
    {
        VerificationResult result = await VerifyAsync(peer);
        Assert.True(result.IsVerified, result.Message);
        return Started(result.Peer);
    }

    protected async Task RefusedAsync(string reason, PeerCredentials? peer = null, VerificationRefusal kind = VerificationRefusal.Unverifiable)
    {
        VerificationResult result = await VerifyAsync(peer);
        Assert.False(result.IsVerified, $"Vouched for {result.Peer?.ExecutablePath}.");
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
        Assert.Equal(kind, result.Refusal);
        Assert.Equal(0, Verifier.Pins.Count);
    }

    protected static Task<bool> IsUnchangedAsync(VerifiedPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.IsUnchangedAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
    }

    internal static PluginContext Context(uint user) => new()
    {
        Id = "verify-macos",
        Settings = new Dictionary<string, string>(),
        StateDirectory = "/nonexistent",
        Log = new RecordingPluginLog(),
        Time = TimeProvider.System,
        Environment = new HostEnvironment
        {
            OperatingSystem = "macos",
            Markers = new HashSet<string>(),
            HomeDirectory = "/nonexistent",
            UserId = user,
        },
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }
}
