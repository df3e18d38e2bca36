using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>A second user of the machine: a bare user id is one, no account is needed.</summary>
[SupportedOSPlatform("linux")]
public sealed class UdsOtherUserTests : UdsTest
{
    private const uint OtherUser = 64123;
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string ConnectScript = """
        import errno, socket, sys
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(sys.argv[1])
            print("connected", flush=True)
            sys.stdin.read()
        except OSError as e:
            print(errno.errorcode[e.errno], flush=True)
        """;

    [Fact]
    public async Task Connect_OtherUser_DirectoryKeepsItOut()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        await using ChildProcess stranger = ChildProcess.PythonAs(OtherUser, ConnectScript, Place.Socket);
        Assert.Equal("EACCES", await stranger.ReadLineAsync());
    }

    [Fact]
    public async Task Connect_OtherUserAndDirectoryOpenedLater_SocketKeepsItOut()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        File.SetUnixFileMode(Place.Path, Passable);
        await using ChildProcess stranger = ChildProcess.PythonAs(OtherUser, ConnectScript, Place.Socket);
        Assert.Equal("EACCES", await stranger.ReadLineAsync());
    }

    [Fact]
    public async Task Connect_OtherUserLetInOnPurpose_NamedByTheKernel()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        File.SetUnixFileMode(Place.Path, Passable);
        File.SetUnixFileMode(Place.Socket, Passable | UnixFileMode.OtherWrite);
        await using ChildProcess stranger = ChildProcess.PythonAs(OtherUser, ConnectScript, Place.Socket);
        Assert.Equal("connected", await stranger.ReadLineAsync());
        await using IPeerConnection connection = await AcceptAsync(listener);
        Assert.Equal(OtherUser, connection.Peer.UserId);
        Assert.Equal(OtherUser, connection.Peer.GroupId);
    }
}
