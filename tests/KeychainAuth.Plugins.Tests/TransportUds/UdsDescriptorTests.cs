using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsDescriptorTests : UdsTest
{
    [Fact]
    public async Task Connections_ManyComeAndGo_NoDescriptorStays()
    {
        await using ChildProcess host = await ChildProcess.HostAsync(Place.Socket);
        await EchoOnceAsync(host);
        int before = host.SocketAndProcessCount;
        for (int i = 0; i < 500; i++)
        {
            await EchoOnceAsync(host);
        }

        Assert.Equal(before, host.SocketAndProcessCount);
    }

    /// <summary>
    /// Without a free descriptor nothing can be accepted. The connections wait, the daemon neither spins nor dies, and
    /// serves them when there is room again. One connection takes two descriptors: 8 free ones run out at accept, 7
    /// between a connection and its process.
    /// </summary>
    [Theory]
    [InlineData(8)]
    [InlineData(7)]
    public async Task Connections_NoDescriptorLeft_WaitAndAreServedLater(int free)
    {
        ChildProcess.RequireProgram("/usr/bin/prlimit", "util-linux");
        await using ChildProcess host = await ChildProcess.HostAsync(Place.Socket);
        await EchoOnceAsync(host);
        await LimitAsync(host, host.DescriptorCount + free);

        var clients = new List<Socket>();
        for (int i = 0; i < 10; i++)
        {
            clients.Add(await ConnectAsync(Place.Socket));
        }

        Assert.Contains("No connection can be accepted", await host.ReadUntilAsync("log Error"), StringComparison.Ordinal);
        TimeSpan before = host.ProcessorTimeOf("transport-uds accept");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => clients[^1].ReceiveAsync(new byte[1], deadline.Token).AsTask().WaitAsync(Patience, Cancellation));
        Assert.InRange((host.ProcessorTimeOf("transport-uds accept") - before).TotalMilliseconds, 0, 100);

        for (int i = 0; i < 8; i++)
        {
            clients[i].Dispose();
        }

        Assert.Contains("again", await host.ReadUntilAsync("log Information"), StringComparison.Ordinal);
        foreach (Socket client in clients[8..])
        {
            await client.SendAsync(new byte[1], Cancellation);
            Assert.Equal(1, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
            client.Dispose();
        }
    }

    private async Task EchoOnceAsync(ChildProcess host)
    {
        using (Socket client = await ConnectAsync(Place.Socket))
        {
            await client.SendAsync(new byte[] { 1 }, Cancellation);
            Assert.Equal(1, await client.ReceiveAsync(new byte[1], Cancellation).AsTask().WaitAsync(Patience, Cancellation));
        }

        await host.ReadUntilAsync("closed");
    }

    private static async Task LimitAsync(ChildProcess host, int descriptors)
    {
        await using ChildProcess limit = ChildProcess.Start(
            "/usr/bin/prlimit",
            "--pid", host.Id.ToString(CultureInfo.InvariantCulture),
            $"--nofile={descriptors.ToString(CultureInfo.InvariantCulture)}:");
        Assert.Equal(0, await limit.EndAsync());
    }
}
