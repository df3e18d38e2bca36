using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Client;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Client;

/// <summary>Nothing is sent to a place that somebody else could have prepared.</summary>
[SupportedOSPlatform("linux")]
public sealed class ServerCheckTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private string SocketPath => _directory.Combine("run", "agent.sock");

    public ServerCheckTests()
    {
        Directory.CreateDirectory(_directory.Combine("run"));
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("missing/agent.sock")]
    [InlineData("run/missing.sock")]
    public async Task ConnectAsync_NoSocket_IsNotRunning(string path) => Assert.Equal(KeychainAuthError.NotRunning, await ErrorAsync(_directory.Combine(path)));

    [Fact]
    public async Task ConnectAsync_NobodyListens_IsNotRunning()
    {
        _listener.Dispose();
        Assert.Equal(KeychainAuthError.NotRunning, await ErrorAsync(SocketPath));
    }

    [Theory]
    [InlineData(0b111_111_000)]
    [InlineData(0b111_000_111)]
    [InlineData(0b111_111_111)]
    public async Task ConnectAsync_DirectoryOthersMayWrite_IsUntrusted(int mode)
    {
        File.SetUnixFileMode(_directory.Combine("run"), (UnixFileMode)mode);
        await AssertUntrustedAsync(SocketPath);
    }

    [Fact]
    public async Task ConnectAsync_SocketIsALink_IsUntrusted()
    {
        File.CreateSymbolicLink(_directory.Combine("link.sock"), SocketPath);
        await AssertUntrustedAsync(_directory.Combine("link.sock"));
    }

    [Fact]
    public async Task ConnectAsync_DirectoryIsALink_IsUntrusted()
    {
        Directory.CreateSymbolicLink(_directory.Combine("alias"), _directory.Combine("run"));
        await AssertUntrustedAsync(_directory.Combine("alias", "agent.sock"));
    }

    [Fact]
    public async Task ConnectAsync_RegularFile_IsUntrusted()
    {
        File.WriteAllText(_directory.Combine("run", "file"), "");
        await AssertUntrustedAsync(_directory.Combine("run", "file"));
    }

    [Fact]
    public async Task ConnectAsync_PathTooLong_IsNotRunning()
    {
        string folder = _directory.Combine(new string('d', 120));
        Directory.CreateDirectory(folder);
        Directory.Move(_directory.Combine("run"), Path.Combine(folder, "run"));
        Assert.Equal(KeychainAuthError.NotRunning, await ErrorAsync(Path.Combine(folder, "run", "agent.sock")));
    }

    // Who listens counts, not who owns the path.
    [Fact]
    public async Task ConnectAsync_OtherUserListens_IsUntrusted()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            // Needs a program under another user's id.
            Assert.Skip("only root can start a server under another user's id");
        }

        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_001_001);
        File.SetUnixFileMode(_directory.Combine("run"), (UnixFileMode)0b111_101_101);
        string path = _directory.Combine("run", "other.sock");
        const string Server = """
            import os,socket,sys
            s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.setgid(65534); os.setuid(65534); s.listen()
            print('ready',flush=True); c,_=s.accept(); print(repr(c.recv(100)),flush=True)
            """;
        using System.Diagnostics.Process server = Command.Start("/usr/bin/python3", ["-c", Server, path], environment: null);
        try
        {
            Assert.Equal("ready", await ReadLineAsync(server));
            await AssertUntrustedAsync(path);
            Assert.Equal("b''", await ReadLineAsync(server));
        }
        finally
        {
            server.Kill();
        }
    }

    private static Task<string?> ReadLineAsync(System.Diagnostics.Process process) => process.StandardOutput
        .ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private async Task AssertUntrustedAsync(string path)
    {
        Assert.Equal(KeychainAuthError.UntrustedServer, await ErrorAsync(path));
        if (_listener.Poll(0, SelectMode.SelectRead))
        {
            using Socket connection = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, await connection.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    private static async Task<KeychainAuthError> ErrorAsync(string path)
    {
        var options = new KeychainAuthClientOptions { SocketPath = path, Timeout = TimeSpan.FromSeconds(10) };
        KeychainAuthException refusal = await Assert.ThrowsAsync<KeychainAuthException>(
            () => KeychainAuthClient.ConnectAsync(options, TestContext.Current.CancellationToken));
        return refusal.Error;
    }
}
