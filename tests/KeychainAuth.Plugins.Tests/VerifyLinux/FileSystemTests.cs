using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Where the executable lies. Mounts are made in private directories and undone.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileSystemTests(AttackerPrograms programs) : VerifierTest(programs)
{
    private readonly List<string> _mounted = [];

    /// <summary>The server never answers statfs: a verifier that asked it would hang.</summary>
    [Fact]
    public async Task VerifyAsync_FileSystemInAProcess_RefusedWithoutAskingIt()
    {
        string mount = await MountInProcessAsync();
        ControlledProcess puppet = await StartAsync(Path.Combine(mount, "program"));
        await AssertRefusedAsync(await ConnectAsync(puppet), "lies on fuse", VerificationRefusal.FileSystemNotTrusted);
        await puppet.StopAsync();
    }

    [Fact]
    public async Task VerifyAsync_CodeMappedFromFileSystemInAProcess_Refused()
    {
        string mount = await MountInProcessAsync();
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        PeerCredentials connection = await ConnectAsync(puppet);
        VerifiedPeer peer = await VerifiedAsync(connection);
        await puppet.AskAsync($"map-code {mount}/program");
        Assert.False(await IsUnchangedAsync(peer));
        await AssertRefusedAsync(connection, "mapped code file", VerificationRefusal.FileSystemNotTrusted);
        await puppet.StopAsync();
    }

    /// <summary>Walking the path of the mapped file would hang, and with it a thread for each connection of the process.</summary>
    [Fact]
    public async Task VerifyAsync_CodeMappedFromFileSystemThatFellSilent_RefusedWithoutAskingIt()
    {
        (string mount, ControlledProcess server) = await MountInProcessAsync(["forgetful"]);
        ControlledProcess puppet = await StartAsync(await Programs.PuppetAsync());
        PeerCredentials connection = await ConnectAsync(puppet);
        await puppet.AskAsync($"map-code {mount}/program");
        await server.AskAsync("fall silent");
        await AssertRefusedAsync(connection, "mapped code file", VerificationRefusal.FileSystemNotTrusted);
        await puppet.StopAsync();
    }

    [Fact]
    public async Task VerifyAsync_Overlay_Verified()
    {
        string overlay = await MountOverlayAsync();
        string program = Path.Combine(overlay, "lower-program");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(program, peer.ExecutablePath);
        Assert.Equal(await Sha256Async(program), peer.Sha256);
        Assert.Equal("overlay", peer.Evidence["file_system"]);
        Assert.True(await IsUnchangedAsync(peer));

        string upper = Path.Combine(overlay, "upper program");
        ProgramFile.Copy(program, upper);
        VerifiedPeer second = await VerifiedAsync(await ConnectAsync(await StartAsync(upper)));
        Assert.Equal(upper, second.ExecutablePath);
    }

    [Fact]
    public async Task VerifyAsync_OverlayWithHiddenLayers_RefusedUnlessAccepted()
    {
        string overlay = await MountOverlayAsync();
        PeerCredentials peer = await ConnectAsync(await StartAsync(Path.Combine(overlay, "lower-program")));
        // Another file system over the layers, as a container's view of its image.
        await MountAsync(Files.PathOf("layers"), "-t", "tmpfs", "kca");
        await AssertRefusedAsync(peer, "hidden_overlay_layers", VerificationRefusal.FileSystemNotTrusted);
        CreateVerifier(new Dictionary<string, string> { ["hidden_overlay_layers"] = "accept" });
        await VerifiedAsync(peer);
    }

    [Fact]
    public async Task VerifyAsync_Tmpfs_VerifiedAndHashNotKept()
    {
        NeedsRoot();
        CreateVerifier(time: new ShiftedTime(TimeSpan.FromHours(1)));
        string mount = Directory.CreateDirectory(Files.PathOf("tmpfs")).FullName;
        await MountAsync(mount, "-t", "tmpfs", "kca");
        string program = Path.Combine(mount, "program");
        ProgramFile.Copy(await Programs.PuppetAsync(), program);
        await RunAsync("chown", $"{OrdinaryUser}", program);
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(await StartAsync(program)));
        Assert.Equal(await Sha256Async(program), peer.Sha256);
        Assert.Equal(0, Verifier.Services.Hasher.KeptCount);
    }

    /// <summary>The maps file shows the device of the whole file system, stat the subvolume's.</summary>
    [Fact]
    public async Task VerifyAsync_BtrfsSubvolume_VerifiedWithItsLibraries()
    {
        NeedsRoot();
        Assert.SkipUnless(File.Exists("/usr/sbin/mkfs.btrfs") || File.Exists("/sbin/mkfs.btrfs"), "Install btrfs-progs.");
        string image = Files.PathOf("btrfs.img");
        await using (FileStream file = File.Create(image))
        {
            file.SetLength(256 << 20);
        }

        await RunAsync("mkfs.btrfs", "-q", image);
        string mount = Directory.CreateDirectory(Files.PathOf("btrfs")).FullName;
        await MountAsync(mount, "-o", "loop", image);
        string volume = Path.Combine(mount, "sub volume");
        await RunAsync("btrfs", "subvolume", "create", volume);
        string program = Path.Combine(volume, "program");
        ProgramFile.Copy(await Programs.PuppetAsync(), program);
        string library = Path.Combine(volume, "plugin.so");
        ProgramFile.Copy(await Programs.ProgramAsync("preload", "-shared -fPIC"), library);
        await RunAsync("chown", $"{OrdinaryUser}", library);

        ControlledProcess puppet = await StartAsync(program);
        await puppet.AskAsync($"map-code {library}");
        VerifiedPeer peer = await VerifiedAsync(await ConnectAsync(puppet));
        Assert.Equal(program, peer.ExecutablePath);
        Assert.Equal("btrfs", peer.Evidence["file_system"]);
        Assert.Equal((library, await Sha256Async(library)), (Assert.Single(peer.Code.Files).Path, peer.Code.Files[0].Sha256));
        Assert.False(peer.Code.HasAnonymousCode);
        Assert.True(await IsUnchangedAsync(peer));
    }

    public override async ValueTask DisposeAsync()
    {
        // What runs from there, or is held by a pin, ends only with the base's disposal; hence lazily.
        for (int index = _mounted.Count - 1; index >= 0; index--)
        {
            await RunAsync("umount", "-l", _mounted[index]);
        }

        await base.DisposeAsync();
    }

    private async Task MountAsync(string where, params string[] how)
    {
        await RunAsync("mount", [.. how, where]);
        _mounted.Add(where);
    }

    private async Task<string> MountInProcessAsync() => (await MountInProcessAsync([])).Mount;

    private async Task<(string Mount, ControlledProcess Server)> MountInProcessAsync(IEnumerable<string> arguments)
    {
        NeedsRoot();
        Assert.SkipUnless(File.Exists("/dev/fuse"), "The kernel has no FUSE.");
        string mount = Directory.CreateDirectory(Files.PathOf("fuse")).FullName;
        ControlledProcess server = await StartAsync(
            await Programs.ProgramAsync("fuseserver"), [mount, await Programs.StaticPuppetAsync(), .. arguments]);
        _mounted.Add(mount);
        return (mount, server);
    }

    private async Task<string> MountOverlayAsync()
    {
        NeedsRoot();
        string layers = Directory.CreateDirectory(Files.PathOf("layers")).FullName;
        foreach (string name in (string[])["lower, one", "upper", "work", "merged"])
        {
            Directory.CreateDirectory(Path.Combine(name == "merged" ? Files.Path : layers, name));
        }

        ProgramFile.Copy(await Programs.StaticPuppetAsync(), Path.Combine(layers, "lower, one", "lower-program"));
        string merged = Files.PathOf("merged");
        string options = $"lowerdir={layers}/lower\\, one,upperdir={layers}/upper,workdir={layers}/work";
        string? problem = await TryRunAsync("mount", "-t", "overlay", "overlay", "-o", options, merged);
        Assert.SkipUnless(problem is null, $"Overlays cannot be mounted here: {problem}");
        _mounted.Add(merged);
        return merged;
    }
}
