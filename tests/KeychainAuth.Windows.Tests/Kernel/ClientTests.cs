using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Principal;
using KeychainAuth.Client;
using KeychainAuth.Core.Launch;
using KeychainAuth.Windows.Tests.Transport;

namespace KeychainAuth.Windows.Tests.Kernel;

/// <summary>What the client library finds out about who serves a pipe, before it says a word.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_NoPipe_IsNotRunning() => Assert.Equal(KeychainAuthError.NotRunning, await FailAsync(PipeNames.Address(PipeNames.New())));

    [Theory]
    [InlineData("keychain-auth")]
    [InlineData(@"\\server\pipe\keychain-auth")]
    public async Task ConnectAsync_NoPipeAddress_IsNotRunning(string address) => Assert.Equal(KeychainAuthError.NotRunning, await FailAsync(address));

    [Fact]
    public async Task ConnectAsync_AnotherExecutableServes_NothingIsSent()
    {
        string name = PipeNames.New();
        await using NamedPipeServerStream server = Serve(name);
        Task connected = server.WaitForConnectionAsync(Cancellation);
        Assert.Equal(KeychainAuthError.UntrustedServer, await FailAsync(PipeNames.Address(name), serverPath: @"C:\keychain-auth\keychain-authd.exe"));
        await connected.WaitAsync(Patience, Cancellation);
        Assert.Equal(0, await server.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task ConnectAsync_TheExpectedExecutableServes_IsGreeted()
    {
        string name = PipeNames.New();
        await using NamedPipeServerStream server = Serve(name);
        Task greeting = GreetAsync(server);
        await using KeychainAuthClient client = await KeychainAuthClient.ConnectAsync(
            new KeychainAuthClientOptions { SocketPath = PipeNames.Address(name), ServerPath = Environment.ProcessPath }, Cancellation)
            .WaitAsync(Patience, Cancellation);
        Assert.Equal("9.9.9", client.ServerVersion);
        await greeting.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public void StopEvent_Set_ReachesTheOneOfThatProcess()
    {
        const int NoProcess = 2_000_000_001;
        Assert.False(StopEvent.TrySet(NoProcess));
        using EventWaitHandle stop = StopEvent.Create(NoProcess);
        Assert.False(stop.WaitOne(0));
        Assert.True(StopEvent.TrySet(NoProcess));
        Assert.True(stop.WaitOne(Patience));
    }

    // With an owner, as the daemon's pipe has one; Wine gives none by itself.
    private static NamedPipeServerStream Serve(string name)
    {
        using WindowsIdentity self = WindowsIdentity.GetCurrent();
        var security = new PipeSecurity();
        security.SetOwner(self.User!);
        security.AddAccessRule(new PipeAccessRule(self.User!, PipeAccessRights.FullControl, AccessControlType.Allow));
        return NamedPipeServerStreamAcl.Create(
            name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous, inBufferSize: 0, outBufferSize: 0, security);
    }

    private static async Task GreetAsync(NamedPipeServerStream server)
    {
        await server.WaitForConnectionAsync(Cancellation);
        byte[] one = new byte[1];
        while (await server.ReadAsync(one, Cancellation) == 1 && one[0] != '\n')
        {
        }

        await server.WriteAsync("{\"type\":\"WELCOME\",\"protocol\":2,\"version\":\"9.9.9\"}\n"u8.ToArray(), Cancellation);
    }

    private static async Task<KeychainAuthError> FailAsync(string address, string? serverPath = null)
    {
        var options = new KeychainAuthClientOptions { SocketPath = address, ServerPath = serverPath };
        KeychainAuthException failure = await Assert.ThrowsAsync<KeychainAuthException>(
            () => KeychainAuthClient.ConnectAsync(options, Cancellation).WaitAsync(Patience, Cancellation));
        return failure.Error;
    }
}
