using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>Listens where the launcher looks, and answers as a test tells it to.</summary>
[SupportedOSPlatform("linux")]
public sealed class FakeDaemon : IAsyncDisposable
{
    internal const string Granted = "{\"type\":\"LAUNCH_GRANTED\"}\n";

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly string _path;
    private readonly Task _work;

    internal FakeDaemon(string path, Func<Socket, Task> answer)
    {
        _path = path;
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _listener.Listen();
        _work = ServeAsync(answer);
    }

    /// <summary>The lines that were received.</summary>
    internal IReadOnlyCollection<string> Asked => _asked;

    internal static Func<Socket, Task> Says(string answer) => Says(Encoding.UTF8.GetBytes(answer));

    internal static Func<Socket, Task> Says(byte[] answer) => async connection => await connection.SendAsync(answer);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _work.WaitAsync(TimeSpan.FromSeconds(30));
        File.Delete(_path);
        _stopping.Dispose();
    }

    private async Task ServeAsync(Func<Socket, Task> answer)
    {
        try
        {
            while (true)
            {
                using Socket connection = await _listener.AcceptAsync(_stopping.Token);
                await ServeAsync(connection, answer);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket connection, Func<Socket, Task> answer)
    {
        try
        {
            byte[] line = new byte[256];
            int count = await connection.ReceiveAsync(line, _stopping.Token);
            _asked.Enqueue(Encoding.UTF8.GetString(line, 0, count));
            await answer(connection);
            connection.Shutdown(SocketShutdown.Send);
            while (await connection.ReceiveAsync(line, _stopping.Token) > 0)
            {
                // The launcher says no more; it closes at exec or at its end.
            }
        }
        catch (SocketException)
        {
            // The launcher was ended; the next one is served all the same.
        }
    }
}
