using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak.Actors;

/// <summary>A program that nobody has approved, and that keeps asking.</summary>
internal sealed class Stranger(string program, TimeSpan pause) : IActor
{
    public async Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            CommandResult result = await Command.RunAsync(program, [daemon.Socket], daemon.Environment);
            if (result.Output != """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""" + "\n")
            {
                throw new SoakException($"A stranger was answered: {result}");
            }

            ledger.Count("strangers refused");
            await Task.Delay(pause, CancellationToken.None);
        }
    }
}
