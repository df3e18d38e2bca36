using Xunit;

namespace KeychainAuth.Plugin.Testing.Conformance;

/// <content>Settings and addresses.</content>
public abstract partial class TransportConformance
{
    /// <summary>A misspelt setting must not go unnoticed.</summary>
    [Fact]
    public void Create_UnknownSetting_Refused()
    {
        PluginSettingsException refusal = Assert.Throws<PluginSettingsException>(
            () => CreateTransport(new Dictionary<string, string> { ["no_such_setting"] = "1" }));
        Assert.Contains("no_such_setting", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The listener says where it really is.</summary>
    [Fact]
    public async Task BindAsync_FreeAddress_ListenerNamesIt()
    {
        string address = NewAddress();
        await using ITransport transport = CreateTransport(new Dictionary<string, string>());
        await using ITransportListener listener = await transport.BindAsync(address, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        Assert.Equal(address, listener.Address);
    }

    /// <summary>An address without a meaning is told apart from one that is merely taken.</summary>
    [Fact]
    public async Task BindAsync_MalformedAddress_InvalidAddress()
    {
        await using ITransport transport = CreateTransport(new Dictionary<string, string>());
        Assert.NotEmpty(MalformedAddresses);
        foreach (string address in MalformedAddresses)
        {
            TransportException refusal = await Assert.ThrowsAsync<TransportException>(
                () => transport.BindAsync(address, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
            Assert.Equal(TransportError.InvalidAddress, refusal.Error);
        }
    }

    /// <summary>A live listener keeps its address, and goes on serving.</summary>
    [Fact]
    public async Task BindAsync_LiveListener_AddressInUseAndUndisturbed()
    {
        await using ITransportListener first = await ListenAsync();
        await using ITransport second = CreateTransport(new Dictionary<string, string>());
        TransportException refusal = await Assert.ThrowsAsync<TransportException>(
            () => second.BindAsync(first.Address, Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        Assert.Equal(TransportError.AddressInUse, refusal.Error);

        await using Stream client = await ConnectAsync(first.Address, Cancellation);
        await client.WriteAsync(new byte[] { 7 }, Cancellation);

        // The refused one may have looked whether somebody is there, which is a connection without a byte.
        while (true)
        {
            await using IPeerConnection connection = await AcceptAsync(first);
            if ((await ReceiveAsync(connection, new byte[1])).Count == 1)
            {
                break;
            }
        }
    }

    /// <summary>Of many that start at once, one listens.</summary>
    [Fact]
    public async Task BindAsync_ManyAtOnce_OneListens()
    {
        string address = NewAddress();
        Task<ITransportListener>[] binds = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => CreateTransport(new Dictionary<string, string>()).BindAsync(address, Cancellation).AsTask(), Cancellation))];
        await Task.WhenAll(binds.Select(bind => bind.WaitAsync(Patience, Cancellation).ContinueWith(
            _ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default)));

        Task<ITransportListener> winner = Assert.Single(binds, bind => bind.IsCompletedSuccessfully);
        await using ITransportListener listener = await winner;
        Assert.All(binds.Where(bind => bind != winner), bind => Assert.Equal(
            TransportError.AddressInUse, Assert.IsType<TransportException>(bind.Exception?.InnerException).Error));
        await using Stream client = await ConnectAsync(address, Cancellation);
    }

    /// <summary>What was disposed leaves nothing in the way.</summary>
    [Fact]
    public async Task BindAsync_AfterDispose_AddressIsFree()
    {
        ITransportListener first = await ListenAsync();
        await first.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
        await using ITransport transport = CreateTransport(new Dictionary<string, string>());
        await using ITransportListener second = await transport.BindAsync(first.Address, Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await using Stream client = await ConnectAsync(second.Address, Cancellation);
        await using IPeerConnection connection = await AcceptAsync(second);
    }
}
