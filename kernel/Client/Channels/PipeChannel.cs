using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;
using KeychainAuth.Windows;

namespace KeychainAuth.Client.Channels;

/// <summary>A Windows named pipe.</summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeChannel : ServerChannel
{
    // A daemon that listens always has an instance that waits, so this is for the moment between two of them.
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    // 0 would mean what the pipe's server has set.
    private const uint ShortestWait = 1;

    private readonly NamedPipeClientStream _pipe;

    private PipeChannel(NamedPipeClientStream pipe) => _pipe = pipe;

    internal static async Task<PipeChannel> ConnectAsync(string address, string? expectedServer, CancellationToken cancellationToken)
    {
        string name = PipeAddress.NameOf(address)
            ?? throw new KeychainAuthException(KeychainAuthError.NotRunning, PipeAddress.Fault(address));
        if (!Interop.Kernel32.WaitNamedPipe(address, ShortestWait) && Marshal.GetLastPInvokeError() == Interop.WinError.ERROR_FILE_NOT_FOUND)
        {
            throw new KeychainAuthException(KeychainAuthError.NotRunning, $"No daemon is running: there is no pipe {address}. Start it with 'keychain-auth start'.");
        }

        // Anonymous: whoever listens, until it is known who does, cannot act in our name.
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous, TokenImpersonationLevel.Anonymous);
        try
        {
            await pipe.ConnectAsync(ConnectPatience, cancellationToken);
            PipeServerCheck.Check(pipe.SafePipeHandle, address, expectedServer);
            return new PipeChannel(pipe);
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            await pipe.DisposeAsync();
            throw NotRunning(address, e);
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
    }

    internal override async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _pipe.WriteAsync(bytes, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException and not ObjectDisposedException)
        {
            // Whatever ended it, what the daemon said last can still be read.
            return false;
        }
    }

    internal override ValueTask<int> ReceiveAsync(Memory<byte> room, CancellationToken cancellationToken) => _pipe.ReadAsync(room, cancellationToken);

    public override void Dispose() => _pipe.Dispose();
}
