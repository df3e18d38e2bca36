using System.Globalization;

namespace KeychainAuth.Soak.Actors;

/// <summary>
/// Processes of one kind, one after the other: each connects, writes and reads back for a while, and then leaves in an
/// orderly way, or is killed at once, or in the midst of a line.
/// </summary>
internal sealed class Writer(LineClientKind kind, TimeSpan pause, int seed) : IActor
{
    private const int Targets = 50;
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    public async Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping)
    {
        var random = new Random(seed);
        long version = 0;
        while (!stopping.IsCancellationRequested)
        {
            await using var client = new LineClient(kind, daemon);
            ledger.Count($"{kind.Name} clients");
            for (int request = random.Next(5, 40); request > 0 && !stopping.IsCancellationRequested; request--)
            {
                string target = string.Create(CultureInfo.InvariantCulture, $"{seed}-{random.Next(Targets)}");
                string value = string.Create(CultureInfo.InvariantCulture, $"{++version}-{new string('v', random.Next(200))}");
                string answer = await client.AskAsync(Request("write", target, value));
                if (answer != Success)
                {
                    throw new SoakException($"A write was answered with {answer}");
                }

                ledger.Acknowledge(kind.Service, target, value);
                answer = await client.AskAsync(Request("read", target, null));
                if (answer != $$"""{"type":"RESPONSE","status":"success","results":[{"target":"{{target}}","value":"{{value}}"}]}""")
                {
                    throw new SoakException($"What was written was not read back: {answer}");
                }

                ledger.Count("reads");
                await Task.Delay(pause * (0.5 + random.NextDouble()), CancellationToken.None);
            }

            switch (random.Next(3))
            {
                case 0:
                    client.Kill();
                    ledger.Count("clients killed");
                    break;
                case 1:
                    // Half a line, and the same again with a whole one whose answer nobody reads.
                    await client.SendAsync("""{"type":"REQUEST","action":"read","serv""");
                    client.Kill();
                    ledger.Count("clients killed in a line");
                    break;
            }
        }
    }

    private string Request(string action, string target, string? value) =>
        $$"""{"type":"REQUEST","action":"{{action}}","service":"{{kind.Service}}","targets":["{{target}}"]{{(value is null ? "" : $",\"values\":[\"{value}\"]")}}}""";
}
