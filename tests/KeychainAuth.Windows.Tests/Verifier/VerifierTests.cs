using System.Security.Cryptography;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyWindows;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Verifier;

/// <summary>Attacks and evidence of this platform.</summary>
public sealed class VerifierTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("keychain-auth-test-").FullName;
    private readonly IPeerVerifier _verifier = new WindowsVerifierFactory().Create(PluginContextFor.Plugin("verify-windows", new Dictionary<string, string>()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _verifier.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task IsUnchangedAsync_ExecutableRenamedAndReplaced_False()
    {
        string program = Copy("pipe-speaker.exe", "tool.exe");
        await using WindowsPeer peer = await WindowsPeer.StartAsync(program);
        await using VerifiedPeer verified = await VerifiedAsync(peer);
        Assert.True(await verified.IsUnchangedAsync(Cancellation));
        File.Move(program, program + ".old");
        Copy("pipe-speaker.exe", "tool.exe");
        Assert.False(await verified.IsUnchangedAsync(Cancellation));
        Assert.NotNull(verified.ChangeDescription);
        VerificationResult again = await VerifyAsync(peer);
        Assert.False(again.IsVerified, "The path of the approved program was given to a process that runs another file.");
    }

    [Fact]
    public async Task VerifyAsync_ApprovedFilePutUnderTheNameOfARunningProcess_IsNotWhatIsVerified()
    {
        string program = Copy("pipe-speaker.exe", "tool.exe");
        await using WindowsPeer peer = await WindowsPeer.StartAsync(program);
        string moved = Path.Combine(_directory, "moved.exe");
        File.Move(program, moved);
        string approved = Copy("other.exe", "tool.exe");
        VerificationResult result = await VerifyAsync(peer);
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(moved, Cancellation)));
        Assert.NotEqual(hash, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(approved, Cancellation))));

        // Windows calls the image by its new name; Wine by its old one, and then the file there is none that runs.
        if (result.IsVerified)
        {
            await using VerifiedPeer verified = result.Peer;
            Assert.Equal((moved, hash), (verified.ExecutablePath, verified.Sha256));
        }
    }

    [Fact]
    public async Task VerifyAsync_RunningExecutable_CannotBeWritten()
    {
        string program = Copy("pipe-speaker.exe", "tool.exe");
        await using WindowsPeer peer = await WindowsPeer.StartAsync(program);
        await using VerifiedPeer verified = await VerifiedAsync(peer);
        Assert.ThrowsAny<IOException>(() => File.OpenWrite(program).Dispose());
    }

    [Theory]
    [InlineData("pipe-speaker.exe", "no signature")]
    [InlineData("signed.exe", "signature")]
    [InlineData("tampered.exe", "does not fit")]
    public async Task Evidence_OfTheSignature_IsEvidenceOnly(string program, string status)
    {
        await using WindowsPeer peer = await WindowsPeer.StartAsync(Copy(program, program));
        await using VerifiedPeer verified = await VerifiedAsync(peer);
        Assert.Contains(status is "signature" ? "" : status, verified.Evidence["signature"], StringComparison.Ordinal);
        if (status == "signature")
        {
            Assert.Contains("keychain-auth test", verified.Evidence["publisher"], StringComparison.Ordinal);
            Assert.True(verified.SigningIdentity is null || verified.SigningIdentity.StartsWith("authenticode:sha256:", StringComparison.Ordinal));
        }
        else
        {
            Assert.Null(verified.SigningIdentity);
        }
    }

    [Fact]
    public async Task FindSignerAsync_NoOrBrokenSignature_IsNobody()
    {
        var signers = (IProgramSigners)_verifier;
        Assert.Null(await signers.FindSignerAsync(TestPrograms.PathOf("pipe-speaker.exe"), Cancellation));
        Assert.Null(await signers.FindSignerAsync(TestPrograms.PathOf("tampered.exe"), Cancellation));
        Assert.Null(await signers.FindSignerAsync(TestPrograms.PathOf("missing.exe"), Cancellation));
    }

    [Fact]
    public async Task VerifyAsync_NoHandle_Refused()
    {
        await using WindowsPeer peer = await WindowsPeer.StartAsync();
        VerificationResult result = await _verifier.VerifyAsync(
            new PeerCredentials { ProcessId = peer.Credentials.ProcessId, Sid = peer.Credentials.Sid }, Cancellation);
        Assert.False(result.IsVerified);
    }

    private string Copy(string program, string name)
    {
        string path = Path.Combine(_directory, name);
        File.Copy(TestPrograms.PathOf(program), path);
        return path;
    }

    private Task<VerificationResult> VerifyAsync(WindowsPeer peer) => _verifier.VerifyAsync(peer.Credentials, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private async Task<VerifiedPeer> VerifiedAsync(WindowsPeer peer)
    {
        VerificationResult result = await VerifyAsync(peer);
        Assert.True(result.IsVerified, result.Message);
        return result.Peer;
    }
}
