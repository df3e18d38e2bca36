using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak.Actors;

/// <summary>Clients that hold a connection, are stopped for a while (SIGSTOP), and go on where they were.</summary>
internal sealed class Idler(LineClientKind kind, TimeSpan pause) : IActor
{
    public async Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping)
    {
        string request = $$"""{"type":"REQUEST","action":"read","service":"{{kind.Service}}","targets":["none"]}""";
        while (!stopping.IsCancellationRequested)
        {
            await using var client = new LineClient(kind, daemon);
            for (int turn = 0; turn < 5 && !stopping.IsCancellationRequested; turn++)
            {
                await ExpectAsync(client, request);
                await SignalAsync(client, "STOP");
                await Task.Delay(pause, CancellationToken.None);
                await SignalAsync(client, "CONT");
                await ExpectAsync(client, request);
                ledger.Count("clients stopped and continued");
            }
        }
    }

    private static async Task ExpectAsync(LineClient client, string request)
    {
        if (await client.AskAsync(request) is var answer && answer != """{"type":"RESPONSE","status":"success"}""")
        {
            throw new SoakException($"After a pause: {answer}");
        }
    }

    private static Task<CommandResult> SignalAsync(LineClient client, string signal) =>
        Command.RunAsync("kill", [$"-{signal}", client.ProcessId.ToString(CultureInfo.InvariantCulture)]);
}
