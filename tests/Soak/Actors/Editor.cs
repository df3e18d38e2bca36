namespace KeychainAuth.Soak.Actors;

/// <summary>
/// A person who changes the policy with the command line and now and then with an editor, looks at what is going on, and
/// has the log checked. A revoke that has returned is in force.
/// </summary>
internal sealed class Editor(LineClientKind kind, string program, TimeSpan pause) : IActor
{
    private const int VerifyEvery = 10;
    private const string Service = "soak-edited";

    public async Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping)
    {
        LineClientKind own = kind with { Executable = _ => program };
        for (int round = 1; !stopping.IsCancellationRequested; round++)
        {
            await daemon.CliOkAsync("register", program, "--read", Service);
            await using (var client = new LineClient(own, daemon))
            {
                await ExpectAsync(client, "success");
                await daemon.CliOkAsync("disallow", program, "--read", Service);
                await ExpectAsync(client, "service_not_allowed");
                await daemon.CliOkAsync("revoke", program);
                await ExpectAsync(client, "unregistered_binary_pending_approval");
            }

            await RewriteAsync(daemon, round);
            ledger.Count("rounds of policy changes");
            if (round % VerifyEvery == 0)
            {
                await daemon.CliOkAsync("audit", "verify");
                await daemon.CliOkAsync("status");
                await daemon.CliOkAsync("list-pending");
                ledger.Count("checks of the log");
            }

            await Task.Delay(pause, CancellationToken.None);
        }
    }

    private static async Task ExpectAsync(LineClient client, string word)
    {
        string answer = await client.AskAsync($$"""{"type":"REQUEST","action":"read","service":"{{Service}}","targets":["none"]}""");
        if (!answer.Contains($"\"{word}\"", StringComparison.Ordinal))
        {
            throw new SoakException($"Instead of {word}: {answer}");
        }
    }

    // As an editor saves: a new file beside it, then a rename; the content is the same but for white space.
    private static async Task RewriteAsync(SoakDaemon daemon, int round)
    {
        string beside = daemon.ConfigFile + ".editor";
        string text = (await File.ReadAllTextAsync(daemon.ConfigFile)).TrimEnd() + new string('\n', 1 + (round % 3));
        await File.WriteAllTextAsync(beside, text);
        File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(beside, daemon.ConfigFile, overwrite: true);
    }
}
