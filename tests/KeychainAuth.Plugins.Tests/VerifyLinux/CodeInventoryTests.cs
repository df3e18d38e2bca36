using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Code in a process beside its executable.</summary>
[SupportedOSPlatform("linux")]
public sealed class CodeInventoryTests(AttackerPrograms programs) : VerifierTest(programs)
{
    [Fact]
    public async Task Code_LibraryOfTheUser_ListedWithHashAndOwner()
    {
        NeedsRoot();
        CreateVerifier(userId: OrdinaryUser);
        string library = await UsersLibraryAsync();
        ControlledProcess puppet = await StartOrdinaryAsync(
            await Programs.PuppetAsync(), new Dictionary<string, string> { ["LD_PRELOAD"] = library });
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.Equal([new CodeFile(library, await Sha256Async(library), OrdinaryUser)], peer.Code.Files);
        Assert.False(peer.Code.HasAnonymousCode);

        CodeInventory code = peer.Code;
        Assert.True(await IsUnchangedAsync(peer));
        Assert.Same(code, peer.Code);
    }

    [Fact]
    public async Task Code_RootsLibraryThatOthersMayWrite_Listed()
    {
        NeedsRoot();
        string library = await UsersLibraryAsync();
        await RunAsync("chown", "0:0", library);
        await RunAsync("chmod", "0664", library);
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync($"map-code {library}");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.Equal(library, Assert.Single(peer.Code.Files).Path);
    }

    [Theory]
    [InlineData("map-code", "plugin.so", true)]
    [InlineData("map-data", "App.dll", true)]
    [InlineData("map-data", "Tool.EXE", true)]
    [InlineData("map-data", "data.bin", false)]
    public async Task IsUnchangedAsync_FileMappedMeanwhile_CodeIsRefreshed(string how, string name, bool isCode)
    {
        string file = Files.PathOf(name);
        await File.WriteAllBytesAsync(file, new byte[5000], Cancellation);
        await GiveAwayAsync(file);
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        CodeInventory before = peer.Code;
        Assert.Empty(before.Files);

        await puppet.AskAsync($"{how} {file}");
        Assert.True(await IsUnchangedAsync(peer));
        if (!isCode)
        {
            Assert.Same(before, peer.Code);
            return;
        }

        Assert.NotSame(before, peer.Code);
        CodeFile found = Assert.Single(peer.Code.Files);
        Assert.Equal((file, await Sha256Async(file)), (found.Path, found.Sha256));
        Assert.False(peer.Code.HasAnonymousCode);
    }

    [Fact]
    public async Task IsUnchangedAsync_AnonymousCodeComesAndGoes_CodeSaysSo()
    {
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.False(peer.Code.HasAnonymousCode);
        await puppet.AskAsync("anonymous");
        Assert.True(await IsUnchangedAsync(peer));
        Assert.True(peer.Code.HasAnonymousCode);
        Assert.Contains(Log.All, line => line.Contains("memory without a name", StringComparison.Ordinal));
        await puppet.AskAsync("forget");
        Assert.True(await IsUnchangedAsync(peer));
        Assert.False(peer.Code.HasAnonymousCode);
    }

    [Fact]
    public async Task Code_DeletedLibrary_CountsAsAnonymous()
    {
        string file = Files.Copy(await Programs.PuppetAsync(), "plugin.so");
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync($"map-code {file}");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        File.Delete(file);
        Assert.True(await IsUnchangedAsync(peer));
        Assert.True(peer.Code.HasAnonymousCode);
        Assert.Empty(peer.Code.Files);
    }

    [Fact]
    public async Task Code_LibraryReplacedByAnother_CountsAsAnonymous()
    {
        string file = Files.Copy(await Programs.PuppetAsync(), "plugin.so");
        await GiveAwayAsync(file);
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync($"map-code {file}");
        File.Move(Files.Copy(await Programs.PuppetAsync(), "other.so"), file, overwrite: true);
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.True(peer.Code.HasAnonymousCode);
        Assert.Empty(peer.Code.Files);
    }

    [Fact]
    public async Task Code_SharedMemory_CountsAsAnonymous()
    {
        string file = $"/dev/shm/kca-{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(file, new byte[4096], Cancellation);
        try
        {
            ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
            string? problem = await TryMapAsync(puppet, file);
            Assert.SkipUnless(problem is null, $"Code cannot be mapped from /dev/shm here: {problem}");
            VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
            Assert.True(peer.Code.HasAnonymousCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A library is changed in place, through a mapping that leaves its times alone.</summary>
    [Fact]
    public async Task IsUnchangedAsync_LibraryWrittenThroughMapping_NewHashIsListed()
    {
        CreateVerifier(time: new ShiftedTime(TimeSpan.FromHours(1)));
        string file = Files.PathOf("plugin.so");
        await File.WriteAllBytesAsync(file, new byte[5000], Cancellation);
        await GiveAwayAsync(file);
        ControlledProcess writer = await StartAsync(await Programs.ProgramAsync("mapwriter"), [file]);
        await writer.AskAsync("");
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        await puppet.AskAsync($"map-code {file}");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(await Sha256Async(file), Assert.Single(peer.Code.Files).Sha256);
            await writer.AskAsync("");
            Assert.True(await IsUnchangedAsync(peer));
        }

        Assert.Equal(await Sha256Async(file), Assert.Single(peer.Code.Files).Sha256);
    }

    /// <summary>Distributions' libraries are looked at once for all processes, and let go of with the last of them.</summary>
    [Fact]
    public async Task Code_RootsLibraries_RememberedWhileMapped()
    {
        ControlledProcess first = await StartAsync(await Programs.PuppetAsync());
        await VerifiedAsync(await ConnectAsync(first));
        int count = Verifier.Services.Trusted.Count;
        Assert.True(count >= 2, "The C library and the loader are mapped.");
        ControlledProcess second = await StartAsync(await Programs.PuppetAsync());
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(second));
        Assert.Equal(count, Verifier.Services.Trusted.Count);
        await first.StopAsync();
        Verifier.Pins.Reap();
        Assert.Equal(count, Verifier.Services.Trusted.Count);
        Assert.True(await IsUnchangedAsync(peer));
    }

    private async Task<string> UsersLibraryAsync()
    {
        string library = Files.Copy(await Programs.ProgramAsync("preload", "-shared -fPIC"), "preload.so");
        await GiveAwayAsync(library);
        return library;
    }

    /// <summary>Makes a file somebody's whom the system does not vouch for; where the tests do not run as root it is already.</summary>
    private static async Task GiveAwayAsync(string file)
    {
        if (TestNative.IsRoot)
        {
            await RunAsync("chown", $"{OrdinaryUser}:{OrdinaryUser}", file);
        }
    }

    private static async Task<string?> TryMapAsync(ControlledProcess puppet, string file)
    {
        await puppet.TellAsync($"map-code {file}");
        string answer = await puppet.ReadAsync();
        return answer == "ok" ? null : answer;
    }
}
