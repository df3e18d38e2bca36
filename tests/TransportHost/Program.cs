using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Tests.TransportHost;

[assembly: SupportedOSPlatform("linux")]

// The transport in a process of its own, for what belongs to a whole process: its umask, its limit of descriptors, its
// pid namespace, the sockets it was started with. Echoes; tells what it sees, line by line; ends when its input ends.
var context = new PluginContext
{
    Id = "transport-uds",
    Settings = new Dictionary<string, string>(),
    StateDirectory = "/nonexistent",
    Log = new ConsoleLog(),
    Time = TimeProvider.System,
    Environment = new HostEnvironment
    {
        OperatingSystem = "linux",
        Markers = new HashSet<string>(),
        HomeDirectory = "/nonexistent",
        UserId = null,
    },
};

try
{
    await using ITransport transport = new UdsTransportPlugin().Create(context);
    ITransportListener listener = await transport.BindAsync(args[0], CancellationToken.None);
    Console.WriteLine($"address {listener.Address}");
    Task serving = ServeAsync(listener);
    await Console.In.ReadToEndAsync();
    await listener.DisposeAsync();
    await serving;
    Console.WriteLine("stopped");
    return 0;
}
catch (TransportException failure)
{
    Console.WriteLine($"failed {failure.Error} {failure.Message}");
    return 1;
}

static async Task ServeAsync(ITransportListener listener)
{
    while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
    {
        PeerCredentials peer = connection.Peer;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peer {peer.ProcessId} {peer.UserId} {(peer.ProcessHandle is null ? "none" : "pidfd")}"));
        _ = Task.Run(() => EchoAsync(connection));
    }
}

static async Task EchoAsync(IPeerConnection connection)
{
    await using (connection)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await connection.ReceiveAsync(buffer, CancellationToken.None) is { Count: > 0 } read)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"from {read.Sender?.ProcessId} {read.Count}"));
                await connection.SendAsync(buffer.AsMemory(0, read.Count), CancellationToken.None);
            }
        }
        catch (TransportException ended)
        {
            Console.WriteLine($"ended {ended.Error}");
        }
    }

    Console.WriteLine("closed");
}
