using System.Security.Cryptography;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

public sealed class MacVerifierTests : MacVerifierTest
{
    [Fact]
    public async Task VerifyAsync_SignedByATeam_NamesFileSignerAndProtection()
    {
        byte[] cdHash = RunSigned();
        byte[] arguments = [3, 0, 0, 0, .. "/x/tool\0\0\0tool\0--flag\0last\0HOME=/secret\0"u8];
        StandIn.Arguments(Pid, arguments, arguments.Length);
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Equal(Program, peer.ExecutablePath);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Program, Cancellation))), peer.Sha256);
        Assert.Equal($"identifier \"com.example.tool\" and {OfTeam}", peer.SigningIdentity);
        IReadOnlyDictionary<string, string> evidence = peer.Evidence;
        Assert.Equal(Convert.ToHexStringLower(cdHash), evidence["cdhash"]);
        Assert.Equal(Team, evidence["team"]);
        Assert.Equal("com.example.tool", evidence["identifier"]);
        Assert.Equal("0x10000", evidence["code_flags"]);
        Assert.Equal("hardened runtime with library validation", evidence["protection"]);
        Assert.Equal("7", evidence["pid_version"]);
        Assert.Equal("tool\0--flag\0last", evidence["command_line"]);
        Assert.StartsWith("signed by team ABCDE12345", evidence["signature"], StringComparison.Ordinal);
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_Unsigned_ByHashAloneAndSaysSo()
    {
        RunUnsigned();
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Null(peer.SigningIdentity);
        Assert.Equal("unsigned: recognised by the hash of its file alone", peer.Evidence["signature"]);
        Assert.Contains("not signed", peer.Evidence["protection"], StringComparison.Ordinal);
        Assert.True(await IsUnchangedAsync(peer));
    }

    [Fact]
    public async Task VerifyAsync_AdHoc_ByHashAloneAndSaysSo()
    {
        RunSigned(team: "", flags: 0x20002, isApples: false);
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Null(peer.SigningIdentity);
        Assert.Contains("signed ad hoc", peer.Evidence["signature"], StringComparison.Ordinal);
        Assert.False(await peer.IsSignedByAsync(Team, Cancellation));
    }

    /// <summary>Anybody can write any team into a signature of his own making: only Apple's certificate makes it true.</summary>
    [Fact]
    public async Task VerifyAsync_TeamThatTheCertificateDoesNotShow_IsNotBelieved()
    {
        RunSigned(isApples: false);
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Null(peer.SigningIdentity);
        Assert.Contains("claims team ABCDE12345", peer.Evidence["signature"], StringComparison.Ordinal);
        Assert.False(await peer.IsSignedByAsync(Team, Cancellation));
    }

    [Fact]
    public async Task IsSignedByAsync_TeamOrRequirement_OnlyWhatIsMet()
    {
        RunSigned();
        StandIn.Meets(Pid, "anchor apple generic");
        StandIn.Meets(Pid, "identifier \"com.example.tool\"");
        VerifiedPeer peer = await VerifiedAsync();
        Assert.True(await peer.IsSignedByAsync(Team, Cancellation));
        Assert.True(await peer.IsSignedByAsync("identifier \"com.example.tool\"", Cancellation));
        Assert.False(await peer.IsSignedByAsync("identifier \"com.example.other\"", Cancellation));
        Assert.False(await peer.IsSignedByAsync("ZZZZZ99999", Cancellation));
        Assert.False(await peer.IsSignedByAsync("nonsense", Cancellation));
    }

    /// <summary>A requirement without an anchor is met by whoever signs his code so: it never stands alone.</summary>
    [Fact]
    public async Task IsSignedByAsync_RequirementMetByASelfMadeCertificate_IsNo()
    {
        RunSigned(isApples: false);
        StandIn.Meets(Pid, "identifier \"com.example.tool\"");
        VerifiedPeer peer = await VerifiedAsync();
        Assert.False(await peer.IsSignedByAsync("identifier \"com.example.tool\"", Cancellation));
    }

    [Theory]
    [InlineData(-67065, "gone")]
    [InlineData(-67063, "pages were changed")]
    [InlineData(-67061, "changed after it was signed")]
    [InlineData(-67060, "cannot be verified")]
    [InlineData(-67054, "bundle")]
    [InlineData(-67050, "requirement")]
    [InlineData(-67045, "signature is broken")]
    [InlineData(-67034, "not what is running")]
    [InlineData(-66992, "notarization")]
    [InlineData(-1, "does not vouch")]
    public async Task VerifyAsync_CodeIsNotValid_RefusedWithTheStatus(int status, string reason)
    {
        RunSigned();
        StandIn.Validity(Pid, status);
        await RefusedAsync(reason);
        await RefusedAsync($"OSStatus {status}");
    }

    [Theory]
    [InlineData("SecCodeCopyGuestWithAttributes", -67065)]
    [InlineData("SecCodeCopyGuestWithAttributes", -67062)]
    [InlineData("SecCodeCopySigningInformation", -67061)]
    public async Task VerifyAsync_SystemRefuses_Refused(string function, int status)
    {
        RunSigned();
        StandIn.Script(function, status);
        await RefusedAsync($"OSStatus {status}");
    }

    [Fact]
    public async Task VerifyAsync_TokenIsStale_Refused()
    {
        RunSigned();
        await RefusedAsync("OSStatus -67065", Peer(version: Version - 1));
    }

    [Fact]
    public async Task VerifyAsync_NoToken_Refused()
    {
        RunSigned();
        await RefusedAsync("audit token", new PeerCredentials { ProcessId = Pid, UserId = User });
        await RefusedAsync("audit token", new PeerCredentials { ProcessId = Pid, UserId = User, AuditToken = new byte[31] });
    }

    [Fact]
    public async Task VerifyAsync_TokenOfAnother_Refused()
    {
        RunSigned();
        await RefusedAsync("contradicts", Peer(tokenPid: Pid + 1));
        await RefusedAsync("contradicts", Peer(user: User + 1));
    }

    [Fact]
    public async Task VerifyAsync_BeingDebugged_Refused()
    {
        RunSigned();
        StandIn.Trace(Pid, 1);
        await RefusedAsync("debugged");
    }

    [Theory]
    [InlineData("macfuse", 0x1000u)]
    [InlineData("smbfs", 0u)]
    [InlineData("apfs", 0u)]
    [InlineData("", 0x1000u)]
    public async Task VerifyAsync_FileSystemOfSomebody_Refused(string name, uint flags)
    {
        RunSigned();
        StandIn.FileSystem(name, flags);
        await RefusedAsync("local disk", kind: VerificationRefusal.FileSystemNotTrusted);
    }

    /// <summary>
    /// The attack that comparing paths and inodes misses: the evil program starts from the path, the approved file is put
    /// there for the hasher, the evil one for the system's check, and the approved one again at the end.
    /// </summary>
    [Fact]
    public async Task VerifyAsync_ApprovedFileInTheRunningOnesPlace_Refused()
    {
        RunSigned();
        await File.WriteAllBytesAsync(Program, MachOFile.Signed("com.example.approved", out _), Cancellation);
        await RefusedAsync("its code directory is another");
    }

    [Fact]
    public async Task VerifyAsync_SignedFileInAnUnsignedOnesPlace_Refused()
    {
        RunUnsigned();
        await File.WriteAllBytesAsync(Program, MachOFile.Signed("com.example.approved", out _), Cancellation);
        await RefusedAsync("they are not the same");
    }

    [Fact]
    public async Task VerifyAsync_FileGoneOrLinkOrBroken_Refused()
    {
        RunSigned();
        File.Delete(Program);
        await RefusedAsync("cannot be read");
        File.CreateSymbolicLink(Program, "/bin/sh");
        await RefusedAsync("cannot be read");
        File.Delete(Program);
        Directory.CreateDirectory(Program);
        await RefusedAsync("no longer the file");
        Directory.Delete(Program);
        await File.WriteAllBytesAsync(Program, MachOFile.Signed("com.example.tool", out _)[..60], Cancellation);
        await RefusedAsync("not a well-formed executable");
    }

    [Fact]
    public async Task VerifyAsync_LargerThanAllowed_RefusedWithTheSetting()
    {
        RunSigned();
        await File.WriteAllBytesAsync(Program, new byte[5000], Cancellation);
        CreateVerifier(("max_executable_bytes", "4096"));
        await RefusedAsync("max_executable_bytes");
    }

    [Theory]
    [InlineData(0u, "", "no hardened runtime")]
    [InlineData(0u, "", "DYLD_INSERT_LIBRARIES")]
    [InlineData(Hardened, "com.apple.security.get-task-allow", "get-task-allow")]
    [InlineData(Hardened, "com.apple.security.cs.disable-library-validation", "loads libraries of any signer")]
    [InlineData(Hardened, "com.apple.security.cs.allow-unsigned-executable-memory", "nobody signed")]
    [InlineData(Hardened, "com.apple.security.cs.disable-executable-page-protection", "changed while it runs")]
    public async Task VerifyAsync_NotProtected_EvidenceOrRefusedWhereDemanded(uint flags, string entitlement, string gap)
    {
        RunSigned(flags: flags, entitlement: entitlement);
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Contains(gap, peer.Evidence["protection"], StringComparison.Ordinal);
        await peer.DisposeAsync();
        CreateVerifier(("require_hardened_runtime", "yes"));
        await RefusedAsync(gap);
    }

    [Fact]
    public async Task VerifyAsync_PartOfTheSystem_IsApplesAndProtected()
    {
        RunSigned(team: "", flags: 0, state: 0x04000001);
        VerifiedPeer peer = await VerifiedAsync();
        Assert.Equal("identifier \"com.example.tool\" and anchor apple", peer.SigningIdentity);
        Assert.StartsWith("signed by Apple", peer.Evidence["signature"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindSignerAsync_FileOnDisk_ItsSignerOrNone()
    {
        RunSigned();
        Assert.Equal($"identifier \"com.example.tool\" and {OfTeam}", await Verifier.FindSignerAsync(Program, Cancellation));
        StandIn.Script("SecStaticCodeCheckValidityWithErrors", -67061);
        Assert.Null(await Verifier.FindSignerAsync(Program, Cancellation));
        Assert.Null(await Verifier.FindSignerAsync("/nowhere", Cancellation));
    }
}
