using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Clients;

/// <summary>A daemon at which all foreign clients are registered, each with services of its own.</summary>
[SupportedOSPlatform("linux")]
public sealed class ForeignClientsDaemon : IAsyncLifetime
{
    private static readonly string[] Uses = ["whole", "bytes", "lines", "closing", "limits"];

    public TestDaemon Daemon { get; private set; } = null!;

    public static string Service(ForeignClient client, string use) => $"{client.Name}-{use}";

    public async ValueTask InitializeAsync()
    {
        Daemon = await TestDaemon.StartAsync();
        foreach (ForeignClient client in ForeignClient.All)
        {
            Assert.True(File.Exists(client.Executable), $"{client.Executable} is missing: run scripts/install-test-packages.");
            IEnumerable<string> grants = Uses.SelectMany(use => (string[])["--read", Service(client, use), "--write", Service(client, use)]);
            await Daemon.CliOkAsync(["register", client.Executable, .. client.Registration, .. grants, "--search"]);
        }
    }

    /// <summary>Sends bytes through a client, in pieces of a size, and returns all that came back.</summary>
    public async Task<string> SendAsync(ForeignClient client, byte[] input, int pieceSize = int.MaxValue)
    {
        CommandResult result = await Command.RunAsync(client.Executable, client.Arguments(Daemon.Socket, pieceSize), Daemon.Environment, input);
        Assert.True(result.ExitCode == 0 && result.Error.Length == 0, $"{client.Name}: {result}");
        return result.Output;
    }

    public Task<string> SendAsync(ForeignClient client, string input, int pieceSize = int.MaxValue) =>
        SendAsync(client, Encoding.UTF8.GetBytes(input), pieceSize);

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();
}
