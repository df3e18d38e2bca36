using System.Net.Sockets;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Client;

/// <summary>A daemon of few words on a real socket: one script per connection, in order.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    internal const string Welcome = """{"type":"WELCOME","protocol":2,"version":"4.1.0"}""";
    internal const string Reconnect = """{"type":"RECONNECT"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _scripts;

    internal FakeServer(params Func<FakeServer, Task>[] scripts)
    {
        SocketPath = _directory.Combine("agent.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _scripts = RunAsync(scripts);
    }

    internal string SocketPath { get; }

    internal string Directory => _directory.Path;

    /// <summary>Lines received, over all connections.</summary>
    internal List<string> Received { get; } = [];

    private Socket Connection { get; set; } = null!;

    /// <summary>Greets, then answers each request with the next line.</summary>
    internal static Func<FakeServer, Task> Answers(params string[] lines) => async server =>
    {
        await server.ReceiveLineAsync();
        await server.SendAsync(Welcome);
        foreach (string line in lines)
        {
            await server.ReceiveLineAsync();
            await server.SendAsync(line);
        }
    };

    /// <summary>Answers the greeting with a line and closes.</summary>
    internal static Func<FakeServer, Task> Greets(string line) => async server =>
    {
        await server.ReceiveLineAsync();
        await server.SendAsync(line);
    };

    internal async Task ReceiveLineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await Connection.ReceiveAsync(one).WaitAsync(Patience) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        Received.Add(line.ToString());
    }

    internal Task SendAsync(string line) => SendBytesAsync(Encoding.UTF8.GetBytes(line + "\n"));

    internal async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Connection.SendAsync(bytes).AsTask().WaitAsync(Patience)..];
        }
    }

    /// <summary>Waits until the client has closed.</summary>
    internal async Task ReceiveEndAsync() =>
        Assert.Equal(0, await Connection.ReceiveAsync(new byte[1]).WaitAsync(Patience));

    /// <summary>Waits for the scripts, so that a failure in one fails the test.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _scripts.WaitAsync(Patience);
        }
        finally
        {
            _listener.Dispose();
            _directory.Dispose();
        }
    }

    private async Task RunAsync(Func<FakeServer, Task>[] scripts)
    {
        foreach (Func<FakeServer, Task> script in scripts)
        {
            using Socket connection = await _listener.AcceptAsync();
            Connection = connection;
            await script(this);
        }
    }
}
