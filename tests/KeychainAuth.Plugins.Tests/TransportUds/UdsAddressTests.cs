using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsAddressTests : UdsTest
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF;

    [Fact]
    public async Task BindAsync_DirectoryAbsent_CreatedForTheOwnerOnly()
    {
        string address = Place.Combine("new", "below", "agent.sock");
        await using ITransportListener listener = await BindAsync(address);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place.Combine("new")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place.Combine("new", "below")));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(address));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(address + ".lock"));
    }

    [Fact]
    public async Task BindAsync_UmaskZero_SocketAndDirectoryForTheOwnerOnly()
    {
        string address = Place.Combine("new", "below", "agent.sock");
        await using ChildProcess host = ChildProcess.Start("/bin/sh", "-c", "umask 0; exec \"$0\" \"$1\"", ChildProcess.HostPath, address);
        await host.ReadUntilAsync("address ");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place.Combine("new")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Place.Combine("new", "below")));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(address));
        Assert.Equal(OwnerReadWrite, File.GetUnixFileMode(address + ".lock"));
    }

    [Theory]
    [InlineData(0x1ED)] // 0755
    [InlineData(0x1E8)] // 0750
    [InlineData(0x1C1)] // 0701
    [InlineData(0x1F8)] // 0770
    public async Task BindAsync_DirectoryOpenToOthers_RefusedWithTheRemedy(int mode)
    {
        string directory = Place.CreateDirectory("open", (UnixFileMode)mode);
        TransportException refusal = await RefusedAsync(Path.Combine(directory, "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains($"chmod 700 {directory}", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public async Task BindAsync_DirectoryIsSymbolicLink_Refused()
    {
        Place.CreateDirectory("real", OwnerOnly);
        File.CreateSymbolicLink(Place.Combine("link"), "real");
        TransportException refusal = await RefusedAsync(Place.Combine("link", "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains("symbolic link", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Place.Combine("real")));
    }

    [Fact]
    public async Task BindAsync_DirectoryOfAnotherUser_Refused()
    {
        ChildProcess.RequireRoot();
        string directory = Place.CreateDirectory("theirs", OwnerOnly);
        await using ChildProcess chown = ChildProcess.Start("/bin/chown", "64123", directory);
        Assert.Equal(0, await chown.EndAsync());
        TransportException refusal = await RefusedAsync(Path.Combine(directory, "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains("belongs to user 64123", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_AncestorOfAnotherUser_Refused()
    {
        ChildProcess.RequireRoot();
        string ancestor = Place.CreateDirectory("theirs", OwnerOnly);
        Place.CreateDirectory("theirs/ours", OwnerOnly);
        await using ChildProcess chown = ChildProcess.Start("/bin/chown", "64123", ancestor);
        Assert.Equal(0, await chown.EndAsync());
        TransportException refusal = await RefusedAsync(Path.Combine(ancestor, "ours", "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains("belongs to user 64123", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deep/agent.sock")]
    [InlineData("absent/deep/agent.sock")]
    public async Task BindAsync_AncestorWritableByOthers_RefusedWithTheRemedy(string below)
    {
        string open = Place.CreateDirectory("open", Everybody);
        Place.CreateDirectory("open/deep", OwnerOnly);
        TransportException refusal = await RefusedAsync(Path.Combine(open, below));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains($"chmod go-w {open}", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(open, "absent")));
    }

    [Fact]
    public async Task BindAsync_AncestorSticky_Accepted()
    {
        Place.CreateDirectory("sticky", Everybody | UnixFileMode.StickyBit);
        await using ITransportListener listener = await BindAsync(Place.Combine("sticky", "ours", "agent.sock"));
    }

    [Fact]
    public async Task BindAsync_LinkOnTheWayToASafePlace_Accepted()
    {
        Place.CreateDirectory("real", OwnerOnly);
        Place.CreateDirectory("other", OwnerOnly);
        File.CreateSymbolicLink(Place.Combine("other", "link"), "../real/.");
        await using ITransportListener listener = await BindAsync(Place.Combine("other", "link", "ours", "agent.sock"));
        Assert.True(File.Exists(Place.Combine("real", "ours", "agent.sock")));
    }

    [Fact]
    public async Task BindAsync_LinkOnTheWayThroughAnOpenPlace_Refused()
    {
        string open = Place.CreateDirectory("open", Everybody);
        Place.CreateDirectory("open/deep", OwnerOnly);
        Place.CreateDirectory("open/deep/ours", OwnerOnly);
        File.CreateSymbolicLink(Place.Combine("link"), Path.Combine(open, "deep"));
        TransportException refusal = await RefusedAsync(Place.Combine("link", "ours", "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
        Assert.Contains($"chmod go-w {open}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_LinksInACircle_Refused()
    {
        File.CreateSymbolicLink(Place.Combine("a"), "b");
        File.CreateSymbolicLink(Place.Combine("b"), "a");
        TransportException refusal = await RefusedAsync(Place.Combine("a", "ours", "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
    }

    [Fact]
    public async Task BindAsync_LongestPath_AcceptedAndOneByteMoreRefused()
    {
        string longest = Place.Combine(new string('x', 107 - Place.Path.Length - 1));
        await using (ITransportListener listener = await BindAsync(longest))
        {
            using System.Net.Sockets.Socket client = await ConnectAsync(longest);
            await using IPeerConnection connection = await AcceptAsync(listener);
        }

        // Bytes count, not characters.
        string tooLong = longest[..^1] + "é";
        TransportException refusal = await RefusedAsync(tooLong);
        Assert.Equal(TransportError.InvalidAddress, refusal.Error);
        Assert.Contains("108 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_DirectoryIsAFile_Refused()
    {
        File.WriteAllText(Place.Combine("file"), "");
        TransportException refusal = await RefusedAsync(Place.Combine("file", "agent.sock"));
        Assert.Equal(TransportError.UnsafeAddress, refusal.Error);
    }
}
