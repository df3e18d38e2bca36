using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Principal;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportPipe;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Transport;

/// <summary>What is Windows' own about the pipe, seen from outside and with other code than the transport's.</summary>
public sealed class PipeTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _name = PipeNames.New();
    private readonly ITransport _transport = new PipeTransportPlugin().Create(PluginContextFor.Plugin("transport-pipe", new Dictionary<string, string>()));
    private ITransportListener? _listener;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Address => PipeNames.Address(_name);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        await _transport.DisposeAsync();
    }

    [Fact]
    public async Task BindAsync_Bound_PipeBelongsToTheUserAloneAndKeepsOutTheNetwork()
    {
        await ListenAsync();
        await using NamedPipeClientStream client = await ConnectAsync();
        System.IO.Pipes.PipeSecurity security = client.GetAccessControl();
        using WindowsIdentity self = WindowsIdentity.GetCurrent();
        Assert.Equal(self.User, security.GetOwner(typeof(SecurityIdentifier)));
        PipeAccessRule[] rules = [.. security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<PipeAccessRule>()];
        Assert.Equal(2, rules.Length);
        Assert.Contains(rules, rule => rule.AccessControlType == AccessControlType.Deny && rule.IdentityReference.Value == "S-1-5-2");
        Assert.Contains(rules, rule => rule.AccessControlType == AccessControlType.Allow && rule.IdentityReference.Equals(self.User));
    }

    [Fact]
    public async Task BindAsync_PipeOfAnotherProgram_IsLeftToIt()
    {
        await using var foreign = new NamedPipeServerStream(_name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances);
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(() => _transport.BindAsync(Address, Cancellation).AsTask());
        Assert.Equal(TransportError.AddressInUse, refusal.Error);
    }

    [Fact]
    public async Task AcceptAsync_AnotherProcess_IsNamedAndItsExitEndsTheConnection()
    {
        await ListenAsync();
        await using OtherProcess child = await OtherProcess.StartAsync(Roles.Connect, _name);
        await using IPeerConnection connection = await AcceptAsync();
        Assert.Equal(child.Process.Id, connection.Peer.ProcessId);
        using WindowsIdentity self = WindowsIdentity.GetCurrent();
        Assert.Equal(self.User!.Value, connection.Peer.Sid);
        Assert.False(connection.Closed.IsCancellationRequested);

        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = connection.Closed.Register(closed.SetResult);
        await child.KillAsync();

        // Nobody reads: it is the process's end that is noticed.
        await closed.Task.WaitAsync(Patience, Cancellation);
        TransportException broken = await Assert.ThrowsAsync<TransportException>(() => connection.ReceiveAsync(new byte[1], Cancellation).AsTask());
        Assert.Equal(TransportError.ConnectionClosed, broken.Error);
    }

    [Fact]
    public async Task ReceiveAsync_BytesAreThere_CompletesAtOnce()
    {
        await ListenAsync();
        await using NamedPipeClientStream client = await ConnectAsync();
        await using IPeerConnection connection = await AcceptAsync();
        await client.WriteAsync("ab"u8.ToArray(), Cancellation);
        Task<ReceiveResult> read = connection.ReceiveAsync(new byte[1], Cancellation).AsTask();
        Assert.True(read.IsCompleted, "The daemon tells by this whether bytes were there before it looked.");
        Assert.Equal(1, (await read).Count);
        Assert.Equal(1, (await connection.ReceiveAsync(new byte[9], Cancellation)).Count);
        Assert.False(connection.ReceiveAsync(new byte[1], Cancellation).AsTask().IsCompleted);
    }

    [Fact]
    public async Task SendAsync_PeerDoesNotRead_TimesOut()
    {
        await using ITransport impatient = new PipeTransportPlugin().Create(
            PluginContextFor.Plugin("transport-pipe", new Dictionary<string, string> { ["send_timeout_seconds"] = "1" }));
        _listener = await impatient.BindAsync(Address, Cancellation);
        await using NamedPipeClientStream client = await ConnectAsync();
        await using IPeerConnection connection = await AcceptAsync();
        TransportException late = await Assert.ThrowsAsync<TransportException>(
            () => connection.SendAsync(new byte[8 * 1024 * 1024], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.Timeout, late.Error);
        await connection.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
    }

    private async Task ListenAsync() => _listener = await _transport.BindAsync(Address, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private async Task<NamedPipeClientStream> ConnectAsync()
    {
        var client = new NamedPipeClientStream(".", _name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await client.ConnectAsync(Cancellation).WaitAsync(Patience, Cancellation);
        return client;
    }

    private async Task<IPeerConnection> AcceptAsync()
    {
        IPeerConnection? connection = await _listener!.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.NotNull(connection);
        return connection;
    }
}
