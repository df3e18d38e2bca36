using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Threading.Channels;
using KeychainAuth.Plugin;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>
/// Keeps a number of instances waiting for clients. When a client has come, the next instance is created before that
/// client's is handed out, so the pipe never ceases to be ours. Clients that the daemon has not taken yet wait in a
/// queue; when it is full no instance waits, and clients do.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeListener : ITransportListener
{
    // So many clients may come in the time that it takes to create an instance.
    private const int WaitingInstances = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Sid _user;
    private readonly Mutex _claim;
    private readonly PipeSettings _settings;
    private readonly TimeProvider _time;
    private readonly IPluginLog _log;
    private readonly ThrottledLog _dropped;
    private readonly PeerReader _peers;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<PipeConnection> _accepted;
    private readonly Task _work;
    private int _disposed;

    internal PipeListener(string address, Sid user, SafePipeHandle first, Mutex claim, PipeSettings settings, TimeProvider time, IPluginLog log)
    {
        Address = address;
        _user = user;
        _claim = claim;
        _settings = settings;
        _time = time;
        _log = log;
        _dropped = new ThrottledLog(log, time);
        _peers = new PeerReader(log);
        _accepted = Channel.CreateBounded<PipeConnection>(settings.Backlog);
        _work = Task.WhenAll(Enumerable.Range(0, WaitingInstances).Select(i => ServeInstancesAsync(i == 0 ? first : null)));
    }

    public string Address { get; }

    public async ValueTask<IPeerConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out PipeConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out PipeConnection? waiting))
        {
            await waiting.DisposeAsync().ConfigureAwait(false);
        }

        _claim.Dispose();
        _closing.Dispose();
    }

    /// <summary>One of the instances that wait: serves a client, and is followed by another one of its kind.</summary>
    private async Task ServeInstancesAsync(SafePipeHandle? first)
    {
        NamedPipeServerStream? waiting = first is null ? null : Wrap(first);
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                waiting ??= await CreateAsync().ConfigureAwait(false);
                if (!await WaitForClientAsync(waiting).ConfigureAwait(false))
                {
                    NamedPipeServerStream next = await CreateAsync().ConfigureAwait(false);
                    await waiting.DisposeAsync().ConfigureAwait(false);
                    waiting = next;
                    continue;
                }

                DateTimeOffset connected = _time.GetUtcNow();
                NamedPipeServerStream taken = waiting;
                waiting = null;
                waiting = await HandOutAsync(taken, connected).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The listener is being closed.
        }
        catch (Exception e)
        {
            // Whoever waits for clients has to hear that none will come.
            _accepted.Writer.TryComplete(e);
        }
        finally
        {
            if (waiting is not null)
            {
                await waiting.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <returns>The next instance, which exists before the client's was handed out.</returns>
    private async Task<NamedPipeServerStream> HandOutAsync(NamedPipeServerStream taken, DateTimeOffset connected)
    {
        PipeConnection? connection = null;
        NamedPipeServerStream? next = null;
        try
        {
            next = await CreateAsync().ConfigureAwait(false);
            connection = Identify(taken, connected);
            if (connection is null)
            {
                await taken.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                await _accepted.Writer.WriteAsync(connection, _closing.Token).ConfigureAwait(false);
            }

            return next;
        }
        catch
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            await taken.DisposeAsync().ConfigureAwait(false);
            if (next is not null)
            {
                await next.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <returns>Null, with the reason in the log, when Windows cannot name the client.</returns>
    private PipeConnection? Identify(NamedPipeServerStream taken, DateTimeOffset connected)
    {
        PeerCredentials? peer = _peers.Read(taken.SafePipeHandle, connected, out string? refusal);
        try
        {
            if (peer is not null)
            {
                return new PipeConnection(taken, peer, _settings.SendTimeout, _time);
            }
        }
        catch (TransportException e)
        {
            peer!.Dispose();
            refusal = e.Message;
        }

        _dropped.Write(refusal!);
        return null;
    }

    /// <summary>Creates an instance; tries again, ever less often, while the system is short of what it needs.</summary>
    private async Task<NamedPipeServerStream> CreateAsync()
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return Wrap(PipeInstance.CreateNext(Address, _user));
            }
            catch (TransportException e)
            {
                if (pause == FirstPause)
                {
                    _log.Write(PluginLogLevel.Warning, $"No further client can be taken for the moment: {e.Message}");
                }

                await Task.Delay(pause, _time, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False when a client came and went before it was noticed.</returns>
    private async Task<bool> WaitForClientAsync(NamedPipeServerStream instance)
    {
        try
        {
            await instance.WaitForConnectionAsync(_closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static NamedPipeServerStream Wrap(SafePipeHandle pipe)
    {
        try
        {
            return new NamedPipeServerStream(PipeDirection.InOut, isAsync: true, isConnected: false, pipe);
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }
}
